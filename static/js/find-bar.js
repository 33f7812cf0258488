// The bar that finds words in thinking: one for the page, in the region where the reader is.

import { complain, say } from "./announcing.js"
import { bringIntoView, showMatches } from "./find-marks.js"
import { Matches } from "./matches.js"
import { RegionBar } from "./region-bar.js"

const PAUSE = 150
const NOT_LOADED = "Not all of the thinking could be loaded, so not all of it was searched. Check the connection, then search again."

export class FindBar extends RegionBar {
  #matches = new Matches()
  #soon = null

  constructor() {
    super("find-bar")
    this.field = this.element.querySelector("input")
    this.list = this.element.querySelector("ol")
    this.field.addEventListener("input", () => this.#later(() => { if (this.searched !== this.field.value) this.#search() }))
    this.field.addEventListener("keydown", this.#key)
    this.element.addEventListener("click", this.#clicked)
    document.addEventListener("workings:drawn", () => { if (this.isOpen && !this.#soon) this.#later(() => { this.#matches.refresh(); this.#show() }) })
  }

  // Actions

  open(trace) {
    this.placeIn(trace)
    this.field.focus({ preventScroll: true })
    this.field.select()
    return this.#over()
  }

  close() {
    clearTimeout(this.#soon)
    this.#soon = null
    showMatches([], null, this.list)
    this.remove()
  }

  // Internal

  #isOn(name) {
    return this.element.querySelector(`[data-${name}]`).ariaPressed === "true"
  }

  async #over() {
    const traces = this.#isOn("scope=chat") ? [...document.querySelectorAll("reasoning-trace:not([data-empty])")] : [this.trace]
    await this.#matches.over(traces).catch(() => complain(NOT_LOADED))
    this.#search()
  }

  #search() {
    this.searched = this.field.value
    this.#matches.search(this.field.value, this.#isOn("case"), this.element)
    this.#go(0)
  }

  #go(by) {
    this.#matches.go(by)
    this.#show()
    const { now, count } = this.#matches
    if (count) say(count)
    if (!now) return
    const trace = now.startContainer.parentElement.closest("reasoning-trace")
    this.placeIn(trace)
    trace.window.follow(false)
    bringIntoView(now, trace)
  }

  #show() {
    const { ranges, now, count } = this.#matches
    showMatches(ranges, now, this.list)
    this.element.querySelector(".count").textContent = count
    this.element.toggleAttribute("data-none", Boolean(count && !now))
  }

  #later(act) {
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => { this.#soon = null; act() }, PAUSE)
  }

  #key = (event) => {
    if (event.key !== "Enter" || event.isComposing) return
    event.preventDefault()
    if (this.searched !== this.field.value) this.#search()
    else this.#go(event.shiftKey ? -1 : 1)
  }

  #clicked = ({ target }) => {
    const button = target.closest("button")
    if (!button) return
    const { go, scope } = button.dataset
    if (go) return this.#go(Number(go))
    if ("close" in button.dataset) return this.close()
    if (scope) for (const each of this.element.querySelectorAll("[data-scope]")) each.ariaPressed = String(each === button)
    else button.ariaPressed = String(button.ariaPressed !== "true")
    this.#over()
  }
}
