// Single keys for the thinking of the turn that has the focus, by their names in the table.

import { goTo } from "./landing.js"
import { copyLink } from "./linking.js"
import { useTool } from "./trace-tools.js"

// The row of the step that has the focus, else of the one in view.
const here = (trace) => {
  const step = document.activeElement.closest?.(".step")
  return step && trace.contains(step) ? trace.outline.rowOf(step.id) : trace.details.open ? trace.outline.inView.row : null
}

const go = (trace, by, kind = "") => {
  const links = [...trace.outline.rows.querySelectorAll("a")]
  const at = links.indexOf(here(trace))
  const after = by > 0 ? links.slice(at + 1) : links.slice(0, Math.max(at, 0)).reverse()
  const link = after.find((each) => !kind || each.parentElement.dataset.kind === kind)
  if (link) goTo(link.hash)
}

const copyPlace = (trace, turn) => {
  const row = trace && here(trace)
  copyLink(row ? row.hash : `#${turn.id}`)
}

const onTrace = (act) => (turn) => {
  const trace = turn?.querySelector("reasoning-trace:not([data-empty])")
  if (trace) act(trace)
}

export const STEP_KEYS = {
  "next-step": onTrace((trace) => go(trace, 1)),
  "previous-step": onTrace((trace) => go(trace, -1)),
  "next-turned": onTrace((trace) => go(trace, 1, "turn")),
  "previous-turned": onTrace((trace) => go(trace, -1, "turn")),
  find: onTrace((trace) => useTool(trace, "find")),
  follow: onTrace(({ window }) => window.follow(!window.following)),
  link: (turn) => turn && copyPlace(turn.querySelector("reasoning-trace:not([data-empty])"), turn),
}
