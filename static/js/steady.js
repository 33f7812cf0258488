// Runs a change so that what the reader is looking at stays where it is.

const scroller = () => document.querySelector(".scroll")

const firstInView = (pane) => {
  const top = pane.getBoundingClientRect().top
  for (const element of pane.querySelectorAll(".user, reasoning-trace, section.answer, .acts-row")) {
    const box = element.getBoundingClientRect()
    if (box.bottom > top + 1 && box.height) return [element, box.top]
  }
  return null
}

// Whatever changes, and wherever.
export const keepInPlace = (change) => {
  const pane = scroller()
  const seen = firstInView(pane)
  change()
  if (seen?.[0].isConnected) pane.scrollTop += seen[0].getBoundingClientRect().top - seen[1]
}

// `within`: the element that changes; text that grows below the top of the pane needs no correction.
export const steady = (within, change) => {
  const pane = scroller()
  const above = pane && within.getBoundingClientRect().top < pane.getBoundingClientRect().top
  const seen = above ? firstInView(pane) : null
  change()
  if (!seen || !seen[0].isConnected) return
  const moved = seen[0].getBoundingClientRect().top - seen[1]
  if (Math.abs(moved) > 1 && seen[0] !== within) pane.scrollTop += moved
}
