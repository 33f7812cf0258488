// A reply that is being written. Frames wait for the next animation frame, then append what is
// settled and replace only what is open; text goes into text nodes and is never read as HTML.

import { sayState } from "./announcing.js"
import { steady } from "./steady.js"

const LIVE = new Set(["queued", "connecting", "thinking", "tool", "answering", "waiting"])
const HIDDEN_FLUSH = 500

class StreamingReply extends HTMLElement {
  #waiting = []
  #scheduled = 0

  // Lifecycle

  disconnectedCallback() {
    cancelAnimationFrame(this.#scheduled)
  }

  // Actions

  get live() {
    return LIVE.has(this.dataset.state)
  }

  // "applied", "old", or "gap" when frames before this one are missing.
  receive(frame) {
    const next = this.#waiting.length ? this.#waiting.at(-1).seq + 1 : Number(this.dataset.seq) + 1
    if (frame.g !== this.dataset.generation) return "gap"
    if (frame.seq < next) return "old"
    if (frame.seq > next) return "gap"
    this.#waiting.push(frame)
    this.#schedule()
    return "applied"
  }

  // Internal

  #schedule() {
    if (this.#scheduled) return
    this.#scheduled = document.hidden
      ? setTimeout(this.#flush, HIDDEN_FLUSH)
      : requestAnimationFrame(this.#flush)
  }

  #flush = () => {
    this.#scheduled = 0
    const frames = this.#waiting
    this.#waiting = []
    if (!this.isConnected) return
    steady(this, () => { for (const frame of frames) this.#apply(frame) })
    this.dispatchEvent(new CustomEvent("workings:drawn", { bubbles: true }))
  }

  #apply(frame) {
    if (frame.state) this.#enter(frame.state, frame.at)
    let lines = 0
    for (const [name, ...args] of frame.ops) lines += this[`_${name}`](...args) ?? 0
    this.dataset.seq = frame.seq
    if (lines) this.trace?.grew(lines)
    this.#openOrFold(frame.state)
    if (frame.state) sayState(frame.state, this)
  }

  #enter(state, at) {
    this.dataset.state = state
    if (at) this.dataset.started = at
    if (this.trace) this.trace.dataset.state = state
    this.toggleAttribute("aria-busy", this.live)
    if (this.live) this.setAttribute("aria-busy", "true")
    if (state === "answering" && this.trace?.hasAttribute("data-empty")) this.trace.remove()
    if (!this.live && this.trace?.hasAttribute("data-empty") && !this.trace.querySelector(".lock")) this.trace.remove()
  }

  #openOrFold(state) {
    const opens = this.closest("chat-page").dataset.thinkingOpens
    if (this.trace && this.querySelector("[data-part=thinking]") && this.dataset.state === "thinking") this.trace.thinkingBegan(opens)
    const answered = this.querySelector("[data-part=answer] [data-part=answer]")
    if (this.trace && answered && (answered.offsetHeight > 30 || !this.live)) this.trace.foldIfLeft(opens)
  }

  get trace() {
    return this.querySelector("reasoning-trace")
  }

  #part(position) {
    return this.querySelector(`[data-position="${Number(position)}"]`)
  }

  // Ops, by the name they have in a frame

  _part(position, kind) {
    if (this.#part(position)) return
    const home = kind === "thinking" ? this.querySelector(".trace") : this.querySelector("section[data-part=answer]")
    if (!home) return
    home.hidden = false
    const part = document.createElement("div")
    const open = document.createElement("div")
    Object.assign(part.dataset, { part: kind, position, blocks: 0 })
    Object.assign(open.dataset, { open: "" })
    open.dir = "auto"
    part.append(open)
    home.append(part)
  }

  _settle(position, index, html) {
    const part = this.#part(position)
    if (!part || index < Number(part.dataset.blocks)) return
    const open = part.querySelector(":scope > [data-open]")
    open.before(parsed(html))
    open.replaceChildren()
    part.dataset.blocks = index + 1
    return 1
  }

  _open(position, html) {
    this.#part(position)?.querySelector(":scope > [data-open]").replaceChildren(parsed(html))
  }

  _text(position, text) {
    const open = this.#part(position)?.querySelector(":scope > [data-open]")
    if (!open) return
    const home = open.querySelector("[data-grow]") ?? open
    if (home.lastChild?.nodeType === Node.TEXT_NODE) home.lastChild.appendData(text)
    else home.append(text)
    return text.split("\n").length - 1 || (text.length > 60 ? 1 : 0)
  }

  _slot(name, html) {
    this.querySelector(`[data-slot="${CSS.escape(name)}"]`)?.replaceChildren(parsed(html))
    window.htmx?.process(this)
  }
}

const parsed = (html) => {
  const template = document.createElement("template")
  template.innerHTML = html
  return template.content
}

customElements.define("streaming-reply", StreamingReply)
