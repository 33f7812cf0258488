// A bar of controls below the header of a region, from a template of the page. It keeps the focus that is in
// it when it goes to another region, and gives the focus back to where it was when it leaves.

import { showSteps } from "./plain-thinking.js"

export class RegionBar {
  #returnTo = null

  constructor(template) {
    this.element = document.getElementById(template).content.firstElementChild.cloneNode(true)
  }

  get isOpen() {
    return this.element.isConnected
  }

  // Who uses it is in the region, which shows its steps for that.
  placeIn(trace) {
    if (!this.isOpen) this.#returnTo = document.activeElement
    trace.setOpen(true)
    trace.touch()
    showSteps(trace)
    if (this.trace === trace && this.isOpen) return
    this.trace = trace
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null
    trace.querySelector(".body").before(this.element)
    this.#covers()
    focused?.focus({ preventScroll: true })
  }

  // What stays in view below the header stays below the bar too.
  #covers() {
    this.trace.style.setProperty("--bar", `${this.element.offsetHeight}px`)
  }

  remove() {
    this.element.remove()
    this.#covers()
    const back = this.#returnTo?.offsetParent && this.#returnTo !== document.body ? this.#returnTo : this.trace.querySelector("summary")
    back.focus({ preventScroll: true })
  }
}
