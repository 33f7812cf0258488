// A link to an answer. It can also be opened, or copied by the browser's own menu.

import { copyLink } from "./linking.js"

const SAID_FOR = 2000

// A glyph of the sprite that stands there for a moment instead.
const tick = (link) => {
  const glyph = link.querySelector("use")
  const before = glyph.getAttribute("href")
  glyph.setAttribute("href", before.replace(/#.*/, "#i-check"))
  setTimeout(() => glyph.setAttribute("href", before), SAID_FOR)
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-answer-link]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  tick(link)
  copyLink(link.href)
  link.closest("[popover]")?.hidePopover()
})
