// Frames of one reply, in the order of their numbers, which wait for the next animation frame. A hidden
// tab has none, so there a timer draws.

const HIDDEN = 500

export class FrameQueue {
  #frames = []
  #animation = null
  #timer = null

  constructor(draw) {
    this.draw = draw
  }

  // `after`: the number of the last frame that is drawn. "applied", "old", or "gap" where one is missing.
  add(frame, after) {
    const next = (this.#frames.at(-1)?.seq ?? after) + 1
    if (frame.seq !== next) return frame.seq < next ? "old" : "gap"
    this.#frames.push(frame)
    if (document.hidden) this.#timer ??= setTimeout(this.#flush, HIDDEN)
    else this.#animation ??= requestAnimationFrame(this.#flush)
    return "applied"
  }

  cancel() {
    cancelAnimationFrame(this.#animation)
    clearTimeout(this.#timer)
    this.#animation = this.#timer = null
  }

  #flush = () => {
    this.cancel()
    const frames = this.#frames
    this.#frames = []
    this.draw(frames)
  }
}
