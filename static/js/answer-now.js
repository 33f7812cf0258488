// `<answer-now>`: ends the thinking around it. It cannot be pressed by whoever just means to look, and
// what it costs, which the server has worded, grows with the thinking.

import { money } from "./money.js"
import { serverTime } from "./server-time.js"

const EVERY = 1000
const NOT_BEFORE = 1500

const roughly = (tokens) => {
  if (tokens < 1000) return String(tokens)
  return tokens < 99_950 ? `${(tokens / 1000).toFixed(1)}k`.replace(".0k", "k") : `${(tokens / 1000).toFixed(0)}k`
}

class AnswerNow extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    // The style sheet makes room for it in the header.
    this.trace = this.closest("reasoning-trace")
    this.trace.toggleAttribute("data-answers", true)
    this.button = this.querySelector("button")
    this.costs = this.querySelector("[id^=early-]")
    this.timer = setInterval(() => this.#tell(), EVERY)
    this.#tell()
    const left = NOT_BEFORE - (serverTime() - Number(this.closest("streaming-reply").dataset.started))
    if (left <= 0) return
    this.button.disabled = true
    this.waiting = setTimeout(() => { this.button.disabled = false }, left)
  }

  disconnectedCallback() {
    this.trace.toggleAttribute("data-answers", this.trace.querySelector("answer-now") !== null)
    clearInterval(this.timer)
    clearTimeout(this.waiting)
  }

  // Internal

  #tell() {
    const [tokens, cost] = ["tokens", "cost"].map((name) => this.querySelector(`[data-${name}]`))
    const reads = Number(this.dataset.reads) + (this.trace.steps?.tokens ?? 0)
    if (tokens) tokens.textContent = roughly(reads)
    if (cost) cost.textContent = money(reads * Number(this.dataset.price) / 1e6)
    if (this.button.title !== this.costs.textContent) this.button.title = this.costs.textContent
  }
}

customElements.define("answer-now", AnswerNow)
