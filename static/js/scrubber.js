// The ribbon as the scale of a replay: a slider laid over it, along which each step is as long as its mark.

const SECOND = 1000
const WHOLE = 1000
const BY_KEY = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }

export const clock = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`

export class Scrubber {
  constructor(input, ribbon, timeline, seek) {
    this.input = input
    this.ribbon = ribbon
    this.timeline = timeline
    this.seek = seek
    this.marks = [...ribbon.querySelectorAll("[data-marks] i")]
    input.addEventListener("input", () => this.#dragged())
    input.addEventListener("keydown", this.#key)
  }

  show(ms, { step, part }) {
    this.ms = ms
    this.step = step
    const { start, size } = this.#extent(step)
    this.input.value = start + part * size
    this.input.setAttribute("aria-valuetext", `${clock(ms)}, step ${step + 1}`)
  }

  // Internal

  #extent(step) {
    const [first, mark, last] = [this.marks[0], this.marks[step], this.marks.at(-1)]
    const scale = WHOLE / (last.offsetLeft + last.offsetWidth - first.offsetLeft)
    return { start: (mark.offsetLeft - first.offsetLeft) * scale, size: mark.offsetWidth * scale }
  }

  #dragged() {
    const value = Number(this.input.value)
    if (value >= WHOLE) return this.seek(this.timeline.length)
    const step = Math.max(this.marks.findLastIndex((_, index) => this.#extent(index).start <= value), 0)
    const { start, size } = this.#extent(step)
    this.seek(this.timeline.timeOf(step, Math.min((value - start) / size, 1)))
  }

  #key = (event) => {
    const by = BY_KEY[event.key]
    if (!by) return
    event.preventDefault()
    if (!event.shiftKey) return this.seek(this.ms + by * SECOND)
    const step = this.step + by
    if (step < this.marks.length) this.seek(step < 0 ? 0 : this.timeline.timeOf(step))
    else this.seek(this.timeline.length)
  }
}
