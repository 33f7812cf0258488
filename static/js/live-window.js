// The scroller in which thinking appears. It follows the text until the reader means to look back,
// and again once the reader is back at the end. Growing text by itself changes neither.

const NEAR_END = 24
const UPWARD = new Set(["PageUp", "Home", "ArrowUp"])

export class LiveWindow {
  #at = 0
  #seen = 0
  #touchedAt = 0

  constructor(trace) {
    this.view = trace.querySelector(".view")
    this.text = trace.querySelector(".trace")
    this.toggle = trace.querySelector(".follow")
    this.jump = trace.querySelector(".jump")
    this.view.addEventListener("scroll", this.#scrolled, { passive: true })
    this.view.addEventListener("wheel", ({ deltaY }) => { if (deltaY < 0) this.follow(false) }, { passive: true })
    this.view.addEventListener("touchstart", ({ touches }) => { this.#touchedAt = touches[0].clientY }, { passive: true })
    this.view.addEventListener("touchmove", ({ touches }) => { if (touches[0].clientY > this.#touchedAt) this.follow(false) }, { passive: true })
    this.view.addEventListener("pointerdown", this.#grabbed)
    this.view.addEventListener("keydown", this.#key)
    this.toggle.addEventListener("click", () => this.follow(!this.following))
    this.jump.addEventListener("click", () => this.follow(true))
    new ResizeObserver(this.#resized).observe(this.text)
  }

  get following() {
    return this.view.dataset.follow === "on"
  }

  follow(on) {
    if (this.following) this.#seen = this.view.scrollHeight
    this.view.dataset.follow = on ? "on" : "off"
    this.toggle.setAttribute("aria-pressed", String(on))
    this.toggle.querySelector("span").textContent = on ? "Following" : "Follow"
    this.#at = this.view.scrollTop
    if (!on) return
    this.jump.hidden = true
    this.view.scrollTop = this.view.scrollHeight
  }

  // Something was drawn.
  grew() {
    if (this.following) this.view.scrollTop = this.view.scrollHeight
    this.view.toggleAttribute("data-scrolled", this.view.scrollTop > 4)
  }

  // Once it is laid out, and again when a step that came into view has got its real height.
  #resized = () => {
    if (this.following) this.grew()
    else this.#count()
  }

  // Only downward: what reports the last step of following may come after the reader has looked back.
  #scrolled = () => {
    const down = this.view.scrollTop > this.#at
    this.#at = this.view.scrollTop
    const left = this.view.scrollHeight - this.view.scrollTop - this.view.clientHeight
    if (down && left <= NEAR_END && !this.following && !this.view.matches(":active")) this.follow(true)
  }

  // On the scrollbar, which is no part of the content.
  #grabbed = ({ offsetX, target }) => {
    if (target === this.view && offsetX > this.view.clientWidth) this.follow(false)
  }

  #key = (event) => {
    if (event.target !== this.view) return
    if (UPWARD.has(event.key)) this.follow(false)
    else if (event.key === "End") this.follow(true)
  }

  // Since the reader looked back.
  #count() {
    const height = parseFloat(getComputedStyle(this.text).lineHeight)
    const lines = Math.round((this.view.scrollHeight - this.#seen) / height)
    this.jump.hidden = lines < 1
    this.jump.querySelector("span").textContent = `Jump to now · ${lines} new ${lines === 1 ? "line" : "lines"}`
  }
}
