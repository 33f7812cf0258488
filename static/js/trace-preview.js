// A made-up thought that opens, folds and shows what the person chose. No model is asked.

const LINE_MS = 1600
const FOLD_MS = 1200
const SHOWN = { show_time: "time", show_tokens: "tokens", show_cost: "cost" }

class TracePreview extends HTMLElement {
  #timers = []

  // Lifecycle

  connectedCallback() {
    this.again = this.querySelector("button")
    this.again.hidden = false
    this.again.addEventListener("click", () => this.play())
  }

  disconnectedCallback() {
    this.#stop()
  }

  // Actions

  obey(preferences) {
    for (const [name, shown] of Object.entries(SHOWN)) this.dataset[shown] = preferences[name] ? "on" : "off"
    if (this.dataset.opens === preferences.thinking_opens) return
    this.dataset.opens = preferences.thinking_opens
    this.play()
  }

  play() {
    this.#stop()
    const lines = [...this.querySelectorAll(".preview-text p")]
    this.#begin(lines)
    lines.forEach((line, n) => this.#later(() => (line.hidden = false), n * LINE_MS))
    this.#later(() => this.#end(), lines.length * LINE_MS)
  }

  // Internal

  get #trace() {
    return this.querySelector("details")
  }

  #begin(lines) {
    for (const line of lines) line.hidden = true
    this.dataset.live = ""
    this.querySelector("[data-label]").textContent = "Thinking"
    this.querySelector("[data-answer]").hidden = true
    this.#trace.open = this.dataset.opens !== "never"
  }

  #end() {
    delete this.dataset.live
    this.querySelector("[data-label]").textContent = "Thought"
    this.querySelector("[data-answer]").hidden = false
    if (this.dataset.opens === "fold") this.#later(() => (this.#trace.open = false), FOLD_MS)
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
