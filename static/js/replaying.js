// One replay of a reply's thinking, in its region, at the pace at which it came.

import { RegionBar } from "./region-bar.js"
import { Reveal } from "./reveal.js"
import { clock, Scrubber } from "./scrubber.js"

export class Replaying extends RegionBar {
  #now = 0
  #speed = 1
  #frame = null
  #last = 0
  #from = null

  constructor(trace, timeline) {
    super("replay-bar")
    this.timeline = timeline
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches
    this.ribbon = trace.querySelector(".ribbon")
    this.placeIn(trace)
    this.#comeBack()
    this.reveal = new Reveal(trace)
    this.element.addEventListener("click", this.#clicked)
    this.element.querySelector(".scrub").prepend(this.ribbon)
    this.scrubber = new Scrubber(this.element.querySelector("input"), this.ribbon, timeline, (ms) => this.seek(ms))
    this.element.querySelector("[data-play]").focus({ preventScroll: true })
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
    this.trace.outline.inView.mark()
    this.remove()
    if (this.#from !== null) this.#pane.scrollTop = this.#from
  }

  // Internal

  get #pane() {
    return this.trace.closest(".scroll")
  }

  // It plays at the top of the region. Whoever was further down is there again afterwards.
  #comeBack() {
    const { scrollTop } = this.#pane
    this.trace.comeBack()
    if (this.#pane.scrollTop !== scrollTop) this.#from = scrollTop
  }

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
    this.trace.window.grew()
    const pause = this.timeline.pauseAt(this.#now)
    this.element.querySelector(".time").textContent = `${clock(this.#now)} / ${clock(this.timeline.length)}`
    this.element.querySelector(".waited").textContent = pause ? `Nothing came for ${Math.round(pause / 1000)} s, shortened` : ""
    this.element.toggleAttribute("data-playing", this.playing)
    this.element.querySelector("[data-play]").ariaLabel = this.playing ? "Pause" : "Play"
  }

  #clicked = ({ target }) => {
    const button = target.closest("button")
    if (!button) return
    if ("play" in button.dataset) this.toggle()
    if (!button.dataset.speed) return
    this.#speed = Number(button.dataset.speed)
    for (const each of this.element.querySelectorAll("[data-speed]")) each.ariaPressed = String(each === button)
  }
}
