// Which step of a region is in view: the one that crosses the upper third of the pane, and before any has
// come up to there, the first. Of a region that is being written, or replayed, it is the one that is.

const IN_VIEW = "-30% 0px -69% 0px"

const linkIn = (row) => row?.querySelector("a")

export class StepInView {
  #crossing = null
  #marked = null
  #seen

  constructor(trace, rows) {
    this.trace = trace
    this.rows = rows
    this.#seen = new IntersectionObserver(this.#crossed, { root: trace.closest(".scroll"), rootMargin: IN_VIEW })
    const text = trace.querySelector(".trace")
    new MutationObserver(this.#changed).observe(text, { childList: true, subtree: true })
    this.#watch(text)
    this.mark()
  }

  // Its row in the outline.
  get row() {
    const { children } = this.rows
    if (this.#isLive) return linkIn(this.rows.lastElementChild)
    if (this.trace.dataset.replaying) return linkIn(children[this.trace.dataset.replaying])
    return this.rows.querySelector(`a[href="#${CSS.escape(this.#crossing)}"]`) ?? linkIn(children[0])
  }

  mark() {
    const { row } = this
    const current = this.#isLive ? "step" : "location"
    if (row && this.#marked === row && row.getAttribute("aria-current") === current) return
    this.#marked?.removeAttribute("aria-current")
    row?.setAttribute("aria-current", current)
    this.#marked = row
  }

  // Internal

  // While a trace is written this is often, so only what is new is looked at.
  #changed = (records) => {
    const added = records.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element)
    for (const element of added) this.#watch(element)
    this.mark()
  }

  #watch(element) {
    if (element.matches(".step")) this.#seen.observe(element)
    else for (const step of element.querySelectorAll(".step")) this.#seen.observe(step)
  }

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
