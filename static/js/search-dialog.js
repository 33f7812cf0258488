// `<search-dialog>`: search over everything. The field keeps the focus, and the arrows move through what
// the server found; Enter opens it. Closing gives the focus back to where it was.

import { hasExpired } from "./sending.js"

const STEPS = { ArrowDown: 1, ArrowUp: -1 }

class SearchDialog extends HTMLElement {
  #foundFor = ""
  #opensFirst = false

  // Lifecycle

  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    this.field = this.querySelector("input")
    this.field.addEventListener("keydown", this.#pressed)
    this.addEventListener("htmx:beforeSwap", this.#arrived)
    this.addEventListener("htmx:afterSwap", this.#drawn)
    document.addEventListener("click", this.#clicked)
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#clicked)
  }

  // Actions

  open() {
    const drawer = document.querySelector(".drawer:modal")
    drawer?.close()
    if (!this.dialog.open) this.dialog.showModal()
    this.field.select()
  }

  // Internal

  get #hits() {
    return [...this.querySelectorAll("[role=option]")]
  }

  get #chosen() {
    return this.querySelector("[aria-selected=true]")
  }

  #clicked = (event) => {
    const { target } = event
    if (target.closest("[data-open-search]")) {
      event.preventDefault()
      this.open()
    } else if (target === this.dialog || target.closest("[data-close-search]") || this.#hits.some((hit) => hit.contains(target))) {
      this.dialog.close()
    }
  }

  #pressed = (event) => {
    if (event.isComposing) return
    if (STEPS[event.key]) this.#move(STEPS[event.key])
    else if (event.key === "Enter") this.#enter()
    else return
    event.preventDefault()
  }

  #move(step) {
    const hits = this.#hits
    const index = hits.indexOf(this.#chosen) + step
    if (hits.length) this.#choose(hits[Math.min(Math.max(index, 0), hits.length - 1)])
  }

  // What is typed fast is opened when it has been found.
  #enter() {
    if (this.#foundFor === this.field.value) this.#chosen?.click()
    else this.#opensFirst = true
  }

  #arrived = ({ detail }) => {
    if (hasExpired(detail.xhr.status)) Object.assign(detail, { shouldSwap: true, isError: false })
    this.#foundFor = detail.requestConfig.parameters.get?.("q") ?? detail.requestConfig.parameters.q
  }

  #drawn = () => {
    const [first] = this.#hits
    this.field.setAttribute("aria-expanded", String(Boolean(first)))
    this.#choose(first)
    if (this.#foundFor !== this.field.value) return
    if (this.#opensFirst) first?.click()
    this.#opensFirst = false
  }

  #choose(hit) {
    this.#chosen?.setAttribute("aria-selected", "false")
    if (!hit) return this.field.removeAttribute("aria-activedescendant")
    hit.setAttribute("aria-selected", "true")
    hit.scrollIntoView({ block: "nearest" })
    this.field.setAttribute("aria-activedescendant", hit.id)
  }
}

customElements.define("search-dialog", SearchDialog)
