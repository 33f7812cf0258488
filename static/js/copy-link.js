// A link to an answer. It can also be opened, or copied by the browser's own menu.

import { complain, say } from "./announcing.js"
import { NOT_ALLOWED, write } from "./copying.js"

const SAID_FOR = 2000

// A glyph of the sprite that stands there for a moment instead.
const tick = (link) => {
  const glyph = link.querySelector("use")
  const before = glyph.getAttribute("href")
  glyph.setAttribute("href", before.replace(/#.*/, "#i-check"))
  setTimeout(() => glyph.setAttribute("href", before), SAID_FOR)
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-copy-link]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  try {
    await write(link.href)
  } catch {
    return complain(NOT_ALLOWED)
  }
  tick(link)
  say("Link copied")
  link.closest("[popover]")?.hidePopover()
})
