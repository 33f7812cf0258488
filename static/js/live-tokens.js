// `<live-tokens>`: about how many tokens the thinking around it has by now, and what they cost. What the
// server counted takes its place when the thinking ends.

import { money } from "./money.js"

const EVERY = 1000

class LiveTokens extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.tick(), EVERY)
    this.tick()
  }

  disconnectedCallback() {
    clearInterval(this.timer)
  }

  tick() {
    const tokens = this.closest("reasoning-trace").steps?.tokens ?? 0
    const count = tokens ? `≈ ${tokens.toLocaleString("en")} token${tokens > 1 ? "s" : ""}` : ""
    if (this.textContent !== count) this.textContent = count
    const cost = this.nextElementSibling
    if (cost?.dataset.price && tokens) cost.textContent = `≈ ${money(tokens * cost.dataset.price / 1e6)}`
  }
}

customElements.define("live-tokens", LiveTokens)
