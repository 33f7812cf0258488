// The text of a long trace comes in pages, as the reader gets there. Whoever wants all of it, or a
// certain place, does not wait for that.

import { parsed } from "./parsed.js"

const fetchMore = async (more) => {
  const response = await fetch(`${more.getAttribute("hx-get")}&all=1`, { headers: { "HX-Request": "true" } })
  if (!response.ok) throw new Error(`steps: ${response.status}`)
  const content = parsed(await response.text())
  const fresh = [...content.children]
  more.replaceWith(content)
  for (const element of fresh) window.htmx?.process(element)
}

export const loadAll = async (trace) => {
  for (let more = trace.querySelector(".more"); more; more = trace.querySelector(".more")) await fetchMore(more)
}

// So that the step of this row of the outline is on the page.
export const loadStep = async (trace, row) => {
  if (!document.getElementById(row.hash.slice(1))) await loadAll(trace)
}
