// Arriving at a place in a conversation by its address: `#t-MESSAGE.OFFSET` is a place in a message's
// thinking, which opens and shows the step that holds it; `#c-…` is a call of a tool in it.

import { loadStep } from "./more-steps.js"
import { showSteps } from "./plain-thinking.js"
import { leaveReplay } from "./replay.js"
import { stayAt } from "./staying.js"

const PLACE = /^#([tc])-([0-9a-f-]{36})\.(\d+)$/
const LIT = 2000

const offsetOf = ({ hash }) => Number(hash.slice(hash.lastIndexOf(".") + 1))

// The row of the step that holds this offset: the last one that begins at or before it.
const rowAt = (trace, kind, offset) => {
  const rows = [...trace.outline.rows.querySelectorAll(`a[href^="#${kind}-"]`)]
  return kind === "c" ? rows.find((row) => offsetOf(row) === offset) : rows.findLast((row) => offsetOf(row) <= offset)
}

const lightUp = (step) => {
  step.dataset.landed = ""
  setTimeout(() => step.removeAttribute("data-landed"), LIT)
}

const land = async () => {
  const place = PLACE.exec(location.hash)
  if (!place) return
  const [, kind, message, digits] = place
  const trace = document.querySelector(`reasoning-trace[data-message="${message}"]`)
  if (!trace || trace.hasAttribute("data-empty")) return
  const row = rowAt(trace, kind, Number(digits))
  if (!row) return
  trace.setOpen(true)
  trace.touch()
  showSteps(trace)
  leaveReplay()
  await loadStep(trace, row)
  const step = document.getElementById(row.hash.slice(1))
  trace.window.follow(false)
  stayAt(step)
  step.focus({ preventScroll: true })
  lightUp(step)
}

// Goes there as by its link, and leaves no place to go back to.
export const goTo = (hash) => {
  history.replaceState(history.state, "", hash)
  return land()
}

addEventListener("hashchange", land)
// A link to where one already is goes there again.
addEventListener("click", ({ target, defaultPrevented }) => {
  const link = target.closest?.("a[href^='#t-'], a[href^='#c-']")
  if (link && !defaultPrevented && link.hash === location.hash) land()
})
customElements.whenDefined("reasoning-trace").then(() => requestAnimationFrame(land))
