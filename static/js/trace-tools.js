// The tools of a thinking region, in its header, its menu or its sheet. They come in the order of Tab
// right behind the summary: in an open region inside it, and beside it where it is folded.

import { openFind } from "./find.js"
import { copyLink } from "./linking.js"
import { showPlain } from "./plain-thinking.js"
import { leaveReplay, openReplay } from "./replay.js"
import { showStatistics } from "./statistics-dialog.js"

const widen = (trace) => trace.toggleAttribute("data-wide")

const TOOLS = {
  find: (trace) => { leaveReplay(); openFind(trace) },
  replay: openReplay,
  link: (trace, { hash }) => { trace.touch(); copyLink(hash) },
  wide: (trace) => { trace.setOpen(true); trace.touch(); widen(trace) },
  plain: (trace, link) => { leaveReplay(); showPlain(trace, link) },
  statistics: (trace, { href }) => showStatistics(href),
}

export const useTool = (trace, name) => TOOLS[name](trace, trace.querySelector(`.items [data-tool=${name}]`))

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("reasoning-trace [data-tool]")
  if (!button || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  const trace = button.closest("reasoning-trace")
  button.closest("[popover]")?.hidePopover()
  button.closest("dialog")?.close()
  TOOLS[button.dataset.tool](trace, button)
})

export const placeTools = (trace) => {
  const { details } = trace
  const summary = details.firstElementChild
  const tools = trace.querySelector(".tools")
  const place = () => (details.open ? summary : details).after(tools)
  new MutationObserver(place).observe(details, { attributeFilter: ["open"] })
  place()
  // The style sheet keeps them where the header is.
  const measure = () => trace.style.setProperty("--head", `${summary.offsetHeight}px`)
  new ResizeObserver(measure).observe(summary)
}
