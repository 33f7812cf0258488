// What changes in a region that is folded while it is written: nobody sees it, so it waits, in order,
// until somebody looks or nothing more comes. Then it is drawn a piece at a time.

const AT_ONCE = 40

export class HeldBack {
  #waiting = []

  constructor(isFolded) {
    this.isFolded = isFolded
  }

  change(draw) {
    if (this.#waiting.length || this.isFolded()) this.#waiting.push(draw)
    else draw()
  }

  // Everything at once: somebody looks.
  release() {
    const waiting = this.#waiting
    this.#waiting = []
    for (const draw of waiting) draw()
  }

  // A little at once, and the rest when the browser has time.
  releaseSlowly() {
    for (const draw of this.#waiting.splice(0, AT_ONCE)) draw()
    if (this.#waiting.length) requestIdleCallback(() => this.releaseSlowly())
  }
}
