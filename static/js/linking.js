// Links to places in a conversation, for the clipboard.

import { complain, say } from "./announcing.js"
import { write } from "./clipboard.js"

const NOT_ALLOWED = "The browser does not let this page copy. Copy the address of the page yourself."

export const copyLink = async (hash) => {
  try {
    await write(new URL(hash, location.href).href)
  } catch {
    return complain(NOT_ALLOWED)
  }
  say("Link copied")
}

// A step's own link leads there as well, so that what was copied can be seen.
addEventListener("click", ({ target }) => {
  const link = target.closest?.("[data-copy-link]")
  if (!link) return
  copyLink(link.hash)
  link.dataset.copied = ""
  setTimeout(() => link.removeAttribute("data-copied"), 2000)
})
