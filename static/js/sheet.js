// The dialog of the page: what a link with `data-dialog` leads to is shown in it instead of on a page of its
// own. A form in it that was taken closes it; a refusal is said in it.

import { complain } from "./announcing.js"
import { fetchOurs, refusalIn, wasTaken, whyNot } from "./sending.js"

const NOT_OPENED = "This could not be opened."
const NOT_DONE = "This could not be done."

const sheet = () => document.getElementById("sheet")

const open = async (link) => {
  const request = fetchOurs(link.href)
  const reason = await whyNot(request, NOT_OPENED)
  if (reason !== null) return complain(reason)
  sheet().innerHTML = await (await request).text()
  window.htmx?.process(sheet())
  sheet().showModal()
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-dialog]")
  if (link && sheet() && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault()
    open(link)
  } else if (event.target === sheet() || event.target.closest?.("[data-close-dialog]")) sheet().close()
})

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!target.matches("dialog form")) return
  if (wasTaken(detail.xhr)) return sheet().close()
  const place = target.querySelector("[data-refusal]")
  place.textContent = refusalIn(detail.xhr, NOT_DONE)
  place.tabIndex = -1
  place.focus()
})
