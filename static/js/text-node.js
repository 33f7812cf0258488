// Text grows in the text node that is there, so that a selection in it holds.

export const append = (growing, added) => {
  if (growing.lastChild?.nodeType === Node.TEXT_NODE) growing.lastChild.appendData(added)
  else growing.append(added)
}
