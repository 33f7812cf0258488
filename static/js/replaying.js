// One replay of a reply's thinking, in its region, at the pace at which it came.

import { Reveal } from "./reveal.js"
import { clock, Scrubber } from "./scrubber.js"

export class Replaying {
  #now = 0
  #speed = 1
  #frame = null
  #last = 0

  constructor(trace, timeline) {
    this.trace = trace
    this.timeline = timeline
    this.returnTo = document.activeElement
    this.bar = document.getElementById("replay-bar").content.firstElementChild.cloneNode(true)
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches
    this.ribbon = trace.querySelector(".ribbon")
    this.reveal = new Reveal(trace)
    this.bar.addEventListener("click", this.#clicked)
    this.bar.querySelector(".scrub").prepend(this.ribbon)
    this.scrubber = new Scrubber(this.bar.querySelector("input"), this.ribbon, timeline, (ms) => this.seek(ms))
    trace.querySelector(".body").before(this.bar)
    this.bar.querySelector("[data-play]").focus({ preventScroll: true })
    trace.window.follow(true)
    this.seek(0)
    this.play()
  }

  get playing() {
    return this.#frame !== null
  }

  // Actions

  play() {
    if (this.#now >= this.timeline.length) this.seek(0)
    this.#last = performance.now()
    this.#frame = requestAnimationFrame(this.#tick)
    this.#show()
  }

  pause() {
    cancelAnimationFrame(this.#frame)
    this.#frame = null
    this.#show()
  }

  toggle() {
    if (this.playing) this.pause()
    else this.play()
  }

  seek(ms) {
    this.#now = Math.min(Math.max(ms, 0), this.timeline.length)
    this.#show()
  }

  leave() {
    this.pause()
    this.reveal.end()
    this.trace.querySelector("summary").append(this.ribbon)
    this.bar.remove()
    this.trace.outline.inView.mark()
    const back = this.returnTo?.isConnected && this.returnTo.offsetParent ? this.returnTo : this.trace.querySelector("summary")
    back.focus({ preventScroll: true })
  }

  // Internal

  #tick = (now) => {
    if (!this.trace.isConnected) return
    this.#frame = requestAnimationFrame(this.#tick)
    this.seek(this.#now + Math.max(now - this.#last, 0) * this.#speed)
    this.#last = now
    if (this.#now >= this.timeline.length) this.pause()
  }

  // With less motion a step appears as a whole.
  #show() {
    const { step, part } = this.timeline.placeAt(this.#now)
    this.reveal.show(step, this.still ? 1 : part)
    this.scrubber.show(this.#now, { step, part })
    this.trace.window.grew(0)
    const pause = this.timeline.pauseAt(this.#now)
    this.bar.querySelector(".time").textContent = `${clock(this.#now)} / ${clock(this.timeline.length)}`
    this.bar.querySelector(".waited").textContent = pause ? `Nothing came for ${Math.round(pause / 1000)} s, shortened` : ""
    this.bar.toggleAttribute("data-playing", this.playing)
    this.bar.querySelector("[data-play]").ariaLabel = this.playing ? "Pause" : "Play"
  }

  #clicked = ({ target }) => {
    const button = target.closest("button")
    if (!button) return
    if ("play" in button.dataset) this.toggle()
    if (!button.dataset.speed) return
    this.#speed = Number(button.dataset.speed)
    for (const each of this.bar.querySelectorAll("[data-speed]")) each.ariaPressed = String(each === button)
  }
}
