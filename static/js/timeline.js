// The recorded pace of some thinking: from milliseconds to places in its steps, and back.

const lastAtMost = (sorted, limit, of) => {
  let low = 0, high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (of(sorted[middle]) <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}

export class Timeline {
  // `starts`: the offset in the thinking at which each step begins.
  constructor({ moments, pauses }, starts) {
    this.moments = moments
    this.pauses = pauses
    this.starts = starts
    this.characters = moments.at(-1)?.[1] ?? 0
  }

  get length() {
    return this.moments.at(-1)?.[0] ?? 0
  }

  // Which step has been written up to where: its index, and how much of it, from 0 to 1.
  placeAt(ms) {
    const arrived = this.moments[lastAtMost(this.moments, ms, ([at]) => at)]?.[1] ?? 0
    const step = Math.max(lastAtMost(this.starts, arrived - 1, (start) => start), 0)
    const { start, size } = this.#extent(step)
    return { step, part: Math.min(Math.max((arrived - start) / size, 0), 1) }
  }

  timeOf(step, part = 0) {
    const { start, size } = this.#extent(step)
    const offset = start + part * size
    return (this.moments.find(([, arrived]) => arrived > offset) ?? this.moments.at(-1))?.[0] ?? 0
  }

  // How long nothing came around this moment, where that is played shorter than it was.
  pauseAt(ms) {
    const found = this.pauses.find(([at]) => at <= ms && ms < at + 3000)
    return found?.[1] ?? 0
  }

  #extent(step) {
    const start = this.starts[step]
    return { start, size: Math.max((this.starts[step + 1] ?? this.characters) - start, 1) }
  }
}
