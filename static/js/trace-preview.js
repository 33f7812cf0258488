// A made-up thought that opens, folds and shows what the person chose. No model is asked.

const EVENT = "workings:preferences"
const STEP_MS = 1600
const PLACES = ".step, [data-outline] li, .marks i"
const FOLD_MS = 1200

class TracePreview extends HTMLElement {
  #timers = []

  // Lifecycle

  connectedCallback() {
    this.trace = this.querySelector("reasoning-trace")
    this.details = this.querySelector("details")
    this.summary = this.querySelector("[data-slot=summary]")
    this.ended = [...this.summary.childNodes]
    this.again = this.querySelector(".needs-js")
    this.again.hidden = false
    this.again.addEventListener("click", () => this.play())
    document.addEventListener(EVENT, this.#obey)
  }

  disconnectedCallback() {
    document.removeEventListener(EVENT, this.#obey)
    this.#stop()
  }

  // Actions

  play() {
    this.#stop()
    const count = this.querySelectorAll(".step").length
    this.#begin()
    for (let n = 0; n < count; n += 1) this.#later(() => this.#write(n), n * STEP_MS)
    this.#later(() => this.#end(), count * STEP_MS)
  }

  // Internal

  #obey = ({ detail }) => {
    if (this.dataset.opens === detail.thinking_opens) return
    this.dataset.opens = detail.thinking_opens
    this.play()
  }

  #begin() {
    for (const place of this.querySelectorAll(PLACES)) place.hidden = true
    this.trace.dataset.state = "thinking"
    this.summary.replaceChildren(this.querySelector("template").content.cloneNode(true))
    this.querySelector("[data-answer]").hidden = true
    this.details.open = this.dataset.opens !== "never"
  }

  #write(n) {
    for (const places of PLACES.split(", ")) this.querySelectorAll(places)[n].hidden = false
    this.querySelector(".clock").textContent = `0:0${2 * n}`
  }

  #end() {
    this.trace.dataset.state = "done"
    this.summary.replaceChildren(...this.ended)
    this.querySelector("[data-answer]").hidden = false
    if (this.dataset.opens === "fold") this.#later(() => (this.details.open = false), FOLD_MS)
  }

  #later(step, ms) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    this.#timers.push(setTimeout(step, still ? 0 : ms))
  }

  #stop() {
    this.#timers.forEach(clearTimeout)
    this.#timers = []
  }
}

customElements.define("trace-preview", TracePreview)
