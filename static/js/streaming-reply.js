// A reply that is being written: frames append what is settled and replace only what is open.

import { sayState } from "./announcing.js"
import { applyOps } from "./frame-ops.js"
import { FrameQueue } from "./frame-queue.js"
import { steady } from "./steady.js"

const LIVE = new Set(["queued", "connecting", "thinking", "tool", "answering", "waiting"])
const FULL_LINE = 30

class StreamingReply extends HTMLElement {
  #queue = new FrameQueue((frames) => this.#draw(frames))

  // Lifecycle

  disconnectedCallback() {
    this.#queue.cancel()
  }

  // Actions

  get live() {
    return LIVE.has(this.dataset.state)
  }

  get answers() {
    return this.dataset.state === "answering"
  }

  get trace() {
    return this.querySelector("reasoning-trace")
  }

  // Thinking has a window of its own to follow it in, and its chance to fold when the answer has a line.
  get mayBeFollowed() {
    return !this.live || (this.answers && (!this.trace || "tried" in this.trace.dataset))
  }

  // "applied", "old", or "gap" when frames before this one are missing.
  receive(frame) {
    if (frame.g !== this.dataset.generation) return "gap"
    return this.#queue.add(frame, Number(this.dataset.seq))
  }

  // Drawn whole after it had ended: what the last frames would have done is done here.
  rest() {
    const answered = this.querySelector("section[data-part=answer] [data-position]")
    if (!this.live && answered) this.trace?.foldIfLeft(this.#opens, "end")
  }

  // Internal

  get #opens() {
    return this.closest("chat-page").dataset.thinkingOpens
  }

  #draw(frames) {
    if (!this.isConnected) return
    steady(this, () => { for (const frame of frames) this.#apply(frame) })
    this.dispatchEvent(new CustomEvent("workings:drawn", { bubbles: true }))
  }

  #apply(frame) {
    if (frame.state) this.#enter(frame.state, frame.at)
    applyOps(this, frame.ops)
    this.dataset.seq = frame.seq
    this.#removeUnusedTrace()
    this.#openOrFold()
    if (frame.state) sayState(frame.state, this)
  }

  #enter(state, at) {
    this.dataset.state = state
    if (at) this.dataset.started = at
    if (this.live) this.setAttribute("aria-busy", "true")
    else this.removeAttribute("aria-busy")
  }

  // The region stands there in advance; a model that answers or ends without thinking needs none.
  #removeUnusedTrace() {
    if (!this.trace) return
    const hidden = this.trace.querySelector(".lock") !== null
    const over = !this.live || this.answers
    if (over && !hidden && !this.querySelector(".trace [data-position]")) this.trace.remove()
    else this.trace.enter(hidden && !this.live ? "hidden" : this.dataset.state)
  }

  #openOrFold() {
    if (!this.trace || !this.live) return this.rest()
    if (this.dataset.state === "thinking") this.trace.thinkingBegan(this.#opens)
    const answer = this.querySelector("section[data-part=answer]")
    if (this.answers && answer.offsetHeight > FULL_LINE) this.trace.foldIfLeft(this.#opens, "first line")
  }
}

customElements.define("streaming-reply", StreamingReply)
