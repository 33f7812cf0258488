// Shows what was found: painted over the text, which stays as it is; where a browser cannot do that, as a
// list of the steps in which it stands.

const canPaint = "highlights" in CSS && CSS.highlights !== undefined

export const showMatches = (ranges, now, list) => {
  if (!canPaint) return listSteps(ranges, list)
  CSS.highlights.set("find", new Highlight(...ranges))
  const current = new Highlight(...(now ? [now] : []))
  current.priority = 1
  CSS.highlights.set("find-now", current)
}

export const stepOf = ({ startContainer }) => startContainer.parentElement?.closest(".step")

const listSteps = (ranges, list) => {
  const steps = new Set(ranges.map(stepOf))
  const rows = [...steps].map((step) => step.closest("reasoning-trace").outline.rowOf(step.id).parentElement.cloneNode(true))
  for (const row of rows) row.firstElementChild.removeAttribute("aria-current")
  list.replaceChildren(...rows)
  list.hidden = rows.length === 0
}

const MARGIN = 110

const scrollTo = (rect, scroller) => {
  const box = scroller.getBoundingClientRect()
  if (rect.top < box.top + MARGIN || rect.bottom > box.bottom - MARGIN / 2) scroller.scrollTop += rect.top - box.top - Math.max(MARGIN, box.height / 3)
}

// Brings a match into view, in the region's own window too where that has one.
export const bringIntoView = ({ startContainer, startOffset, endContainer, endOffset }, trace) => {
  for (let box = startContainer.parentElement; box !== trace; box = box.parentElement) if (box.localName === "details") box.open = true
  const range = document.createRange()
  range.setStart(startContainer, startOffset)
  range.setEnd(endContainer, endOffset)
  const scroll = () => {
    const { view } = trace.window
    if (view.scrollHeight > view.clientHeight + 1) scrollTo(range.getBoundingClientRect(), view)
    scrollTo(range.getBoundingClientRect(), trace.closest(".scroll"))
  }
  scroll()
  // Steps that were not laid out before have their height now.
  requestAnimationFrame(scroll)
}
