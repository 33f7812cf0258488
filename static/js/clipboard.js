// Puts text into the clipboard, also where the page came over plain HTTP.

export const write = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const box = Object.assign(document.createElement("textarea"), { value: text, className: "vh" })
  document.body.append(box)
  box.select()
  document.execCommand("copy")
  box.remove()
}
