// `<live-clock>`: how long the reply around it has been in its phase, in m:ss of the server's time.
// `<live-countdown data-until>`: how long until then, which also moves the bar of its notice.

import { serverTime } from "./server-time.js"

const EVERY = 250

const clock = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}

class Ticking extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.tick(), EVERY)
    this.tick()
  }

  disconnectedCallback() {
    clearInterval(this.timer)
  }

  tick() {
    const text = this.value()
    if (this.textContent !== text) this.textContent = text
  }
}

customElements.define("live-clock", class extends Ticking {
  value() {
    const started = Number(this.closest("streaming-reply")?.dataset.started)
    return started ? clock(serverTime() - started) : ""
  }
})

customElements.define("live-countdown", class extends Ticking {
  value() {
    const left = Number(this.dataset.until) - serverTime()
    const bar = this.closest(".notice")?.querySelector("progress")
    if (bar) bar.value = Math.min(Math.max(bar.max - left, 0), bar.max)
    return clock(left + 999)
  }
})
