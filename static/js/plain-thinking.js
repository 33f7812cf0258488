// A reply's thinking as the exact characters that the model wrote, in place of its steps.

import { complain } from "./announcing.js"
import { fetchOurs, whyNot } from "./sending.js"

const FAILED = "The thinking could not be loaded."

// Not even a byte order mark is left out.
const exact = async (response) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer())

export const showSteps = (trace) => {
  trace.removeAttribute("data-plain")
  trace.querySelector(".plain")?.remove()
}

export const showPlain = async (trace, { href }) => {
  trace.setOpen(true)
  trace.touch()
  if (trace.hasAttribute("data-plain")) return showSteps(trace)
  const request = fetchOurs(href)
  const reason = await whyNot(request, FAILED)
  if (reason !== null) return complain(reason)
  const pre = document.getElementById("plain-thinking").content.firstElementChild.cloneNode()
  pre.textContent = await exact(await request)
  trace.setAttribute("data-plain", "")
  trace.querySelector(".body").after(pre)
  pre.focus({ preventScroll: true })
}
