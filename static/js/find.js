// Find in thinking: opens the one bar there is, and closes it on Escape.

import { FindBar } from "./find-bar.js"

let bar = null

export const openFind = (trace) => (bar ??= new FindBar()).open(trace)

// Before anything else that Escape does, wherever the focus is, except in what lies over the page.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || !bar?.isOpen || document.querySelector("dialog[open]:modal, [popover]:popover-open")) return
  event.preventDefault()
  bar.close()
})
