// The list of steps beside the text: which step is in view, which are shown, and what their numbers are.
// In a narrow region it is a sheet from below.

import { StepInView } from "./step-in-view.js"
import { openSheet } from "./steps-sheet.js"

const MANY = 12
const MEASURE = "measure"

export class Outline {
  constructor(trace) {
    this.trace = trace
    this.nav = trace.querySelector(".outline")
    this.rows = trace.querySelector("[data-outline]")
    this.filter = trace.querySelector(".filter")
    this.nav.addEventListener("click", this.#clicked)
    this.rows.addEventListener("keydown", this.#key)
    trace.addEventListener("workings:steps", this.#changed)
    trace.querySelector(".ribbon").addEventListener("click", this.#markClicked)
    trace.querySelector("[data-open-steps]")?.addEventListener("click", () => openSheet(this))
    this.inView = new StepInView(trace, this.rows)
    this.measureBy(localStorage.getItem(MEASURE) ?? "tokens")
    this.#changed()
  }

  // "tokens" or "time", kept on this device.
  measureBy(measure) {
    this.trace.dataset.measure = measure
    for (const button of this.nav.querySelectorAll("[data-measure-by]")) button.setAttribute("aria-pressed", String(button.dataset.measureBy === measure))
  }

  show(kind) {
    this.trace.dataset.only = kind
    for (const button of this.filter.children) button.setAttribute("aria-pressed", String(button.dataset.only === kind))
  }

  rowOf(anchor) {
    return this.rows.querySelector(`a[href="#${CSS.escape(anchor)}"]`)
  }

  #changed = () => {
    const count = this.rows.childElementCount
    this.filter.hidden = count < MANY
    this.trace.toggleAttribute("data-many", count > 100)
  }

  #clicked = ({ target }) => {
    const { measureBy, only } = target.dataset
    if (only !== undefined) return this.show(only)
    if (!measureBy) return
    localStorage.setItem(MEASURE, measureBy)
    for (const trace of document.querySelectorAll("reasoning-trace")) trace.outline?.measureBy(measureBy)
  }

  #markClicked = (event) => {
    const mark = event.target.closest("[data-step]")
    if (!mark) return
    event.preventDefault()
    event.stopPropagation()
    location.hash = mark.dataset.step
  }

  #key = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const links = [...this.rows.querySelectorAll("a")].filter((link) => link.offsetParent)
    links[links.indexOf(document.activeElement) + step]?.focus()
  }
}
