// `<live-tokens>`: about how many tokens the thinking around it has by now. The same estimate as the
// server's (chat/core/tokens.py), which replaces it when the thinking ends.

const EVERY = 1000
const ASCII = /^[\x00-\x7f]*$/
const FIRST_WIDE = "\u2e80"
const PER_ASCII = 1 / 4
const PER_WIDE = 0.7
const PER_OTHER = 1 / 2.5

const estimate = (text) => {
  if (ASCII.test(text)) return Math.round(text.length * PER_ASCII)
  let tokens = 0
  for (const character of text) tokens += character < "\x80" ? PER_ASCII : character >= FIRST_WIDE ? PER_WIDE : PER_OTHER
  return Math.round(tokens)
}

class LiveTokens extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.tick(), EVERY)
    this.tick()
  }

  disconnectedCallback() {
    clearInterval(this.timer)
  }

  tick() {
    const tokens = estimate(this.closest("reasoning-trace").querySelector(".trace").textContent.trim())
    this.textContent = tokens ? `≈ ${tokens.toLocaleString("en")} token${tokens > 1 ? "s" : ""}` : ""
  }
}

customElements.define("live-tokens", LiveTokens)
