// The list of steps beside the text: which step is in view, which are shown, and what their numbers are.
// In a narrow region it is a sheet from below.

import { openSheet } from "./steps-sheet.js"

const MANY = 12
const MEASURE = "measure"
const IN_VIEW = "-30% 0px -69% 0px"

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
    this.#watch()
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

  // The row of the step that crosses the upper third of what is seen.
  #watch() {
    const seen = new IntersectionObserver((entries) => {
      const entry = entries.findLast(({ isIntersecting }) => isIntersecting)
      if (entry) this.#mark(entry.target.id)
    }, { root: this.trace.closest(".scroll"), rootMargin: IN_VIEW })
    const watched = new WeakSet()
    const watch = () => {
      for (const step of this.trace.querySelectorAll(".step")) {
        if (watched.has(step)) continue
        watched.add(step)
        seen.observe(step)
      }
    }
    new MutationObserver(watch).observe(this.trace.querySelector(".trace"), { childList: true, subtree: true })
    watch()
  }

  #mark(anchor) {
    this.rows.querySelector("[aria-current=location]")?.removeAttribute("aria-current")
    const row = this.rows.querySelector(`a[href="#${CSS.escape(anchor)}"]`)
    if (row && !row.hasAttribute("aria-current")) row.setAttribute("aria-current", "location")
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
