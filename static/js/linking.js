// Links to places in a conversation, for the clipboard.

import { complain, say } from "./announcing.js"
import { write } from "./clipboard.js"

const NOT_ALLOWED = "The browser does not let this page copy. Copy the address of the page yourself."
const SAID_FOR = 2000

export const copyLink = async (address) => {
  try {
    await write(new URL(address, location.href).href)
  } catch {
    return complain(NOT_ALLOWED)
  }
  say("Link copied")
}

// A glyph that stands in the link for a moment instead of its own.
const tick = (link) => {
  const glyph = link.querySelector("use")
  const before = glyph.getAttribute("href")
  glyph.setAttribute("href", before.replace(/#.*/, "#i-check"))
  setTimeout(() => glyph.setAttribute("href", before), SAID_FOR)
}

// A link to a place on this page leads there as well, so that what was copied can be seen.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("[data-copy-link]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  if (!link.getAttribute("href").startsWith("#")) event.preventDefault()
  await copyLink(link.href)
  tick(link)
  link.closest("[popover]")?.hidePopover()
})
