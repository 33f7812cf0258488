// Replay: starts the one there is, and leaves it. Nothing is asked of a provider: what is shown is on the
// page already, and when it came is stored.

import { complain } from "./announcing.js"
import { loadAll } from "./more-steps.js"
import { Replaying } from "./replaying.js"
import { fetchOurs, whyNot } from "./sending.js"
import { Timeline } from "./timeline.js"

const FAILED = "The replay could not be loaded."
const PRESSED_BY_SPACE = "button, a, summary, textarea, select, input:not([type=range])"

let current = null

export const leaveReplay = () => {
  current?.leave()
  current = null
}

// Where each step begins. A call of a tool has no text of its own, and comes with what follows it.
const startsOf = (trace, end) => {
  const starts = [...trace.outline.rows.querySelectorAll("a")].map(({ hash }) => (hash.startsWith("#t-") ? Number(hash.split(".").at(-1)) : null))
  return starts.map((start, index) => start ?? starts.slice(index).find((later) => later !== null) ?? end)
}

export const openReplay = async (trace, { dataset }) => {
  leaveReplay()
  const request = fetchOurs(dataset.pace)
  const reason = await whyNot(request, FAILED)
  if (reason !== null) return complain(reason)
  const pace = await (await request).json()
  if (!pace.moments.length) return complain("The pace of this thinking was not recorded, so it cannot be replayed.")
  trace.body.release()
  await loadAll(trace)
  current = new Replaying(trace, new Timeline(pace, startsOf(trace, pace.moments.at(-1)[1])))
  current.element.querySelector("[data-close]").addEventListener("click", leaveReplay)
}

document.addEventListener("keydown", (event) => {
  if (!current?.isOpen || event.isComposing || document.querySelector("dialog[open]:modal, [popover]:popover-open")) return
  if (event.key === "Escape") leaveReplay()
  else if (event.key === " " && !event.target.closest(PRESSED_BY_SPACE)) current.toggle()
  else return
  event.preventDefault()
})
