// The steps of a reply in numbers, over the page.

import { complain } from "./announcing.js"
import { parsed } from "./parsed.js"
import { fetchOurs, whyNot } from "./sending.js"
import "./sorting.js"

const FAILED = "The statistics could not be loaded."

export const showStatistics = async (href) => {
  const request = fetchOurs(href)
  const reason = await whyNot(request, FAILED)
  if (reason !== null) return complain(reason)
  const dialog = document.getElementById("statistics-dialog").content.firstElementChild.cloneNode(true)
  dialog.querySelector("[data-content]").append(parsed(await (await request).text()))
  dialog.addEventListener("click", ({ target }) => { if (target === dialog || target.closest("[data-close], tbody a")) dialog.close() })
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}
