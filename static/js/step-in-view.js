// Which step of a region is in view: the one that crosses the upper third of the pane, and before any has
// come up to there, the first. Of a region that is being written, or replayed, it is the one that is.

const IN_VIEW = "-30% 0px -69% 0px"

export class StepInView {
  #crossing = null

  constructor(trace, rows) {
    this.trace = trace
    this.rows = rows
    const seen = new IntersectionObserver(this.#crossed, { root: trace.closest(".scroll"), rootMargin: IN_VIEW })
    const watched = new WeakSet()
    const watch = () => {
      for (const step of trace.querySelectorAll(".step")) {
        if (watched.has(step)) continue
        watched.add(step)
        seen.observe(step)
      }
      this.mark()
    }
    new MutationObserver(watch).observe(trace.querySelector(".trace"), { childList: true, subtree: true })
    watch()
  }

  // Its row in the outline.
  get row() {
    const links = [...this.rows.querySelectorAll("a")]
    if (this.#isLive) return links.at(-1)
    if (this.trace.dataset.replaying) return links[this.trace.dataset.replaying]
    return links.find(({ hash }) => hash.slice(1) === this.#crossing) ?? links[0]
  }

  mark() {
    const { row } = this
    const marked = this.rows.querySelector("[aria-current]")
    if (row && marked === row && (row.getAttribute("aria-current") === "step") === this.#isLive) return
    marked?.removeAttribute("aria-current")
    row?.setAttribute("aria-current", this.#isLive ? "step" : "location")
  }

  // Internal

  get #isLive() {
    return ["thinking", "tool"].includes(this.trace.dataset.state)
  }

  // Below the line, or in a region that is folded, which opens at its beginning.
  #isAhead(step, line) {
    const box = step?.getBoundingClientRect()
    return box && line && (box.top > line.bottom || !box.height)
  }

  #crossed = (entries) => {
    const entry = entries.findLast(({ isIntersecting }) => isIntersecting)
    const first = this.trace.querySelector(".step")
    if (entry) this.#crossing = entry.target.id
    else if (this.#isAhead(first, entries[0].rootBounds)) this.#crossing = first.id
    this.mark()
  }
}
