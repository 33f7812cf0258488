// Beside a setting or a key: what the server drew of a value that it refused, or, where the page has
// outlived its session, the sentence that says so. What is saved already takes a refusal away again.

import { hasExpired } from "./sending.js"

const REFUSED = 422
const SAVED_ALREADY = 204
const PLACES = ".setting, .key"
const RESULTS = ".setting-result, [id^=said-]"

export const showRefusal = ({ target, detail }) => {
  const { status, responseText } = detail.xhr
  if (status === SAVED_ALREADY) detail.shouldSwap = detail.target.querySelector(".setting-error") !== null
  if (status !== REFUSED && !hasExpired(status)) return
  Object.assign(detail, { shouldSwap: true, isError: false })
  if (status === REFUSED) return
  detail.target = target.closest(PLACES).querySelector(RESULTS)
  detail.swapOverride = "innerHTML"
  detail.serverResponse = `<span class="setting-error">${responseText}</span>`
}
