// Shows a region's thinking up to a place in it, and nothing of what follows. The text is not touched:
// later steps and blocks carry an attribute, and the rest of the current block is painted over.

const MARK = "data-unplayed"
const PAINT = "unplayed"

const textNodesOf = (root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const nodes = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) nodes.push(node)
  return nodes
}

export class Reveal {
  #step = -1

  constructor(trace) {
    this.trace = trace
    this.steps = [...trace.querySelectorAll(".step")]
    this.beside = [[...trace.outline.rows.children], [...trace.querySelectorAll("[data-marks] i")]]
  }

  // `part` of the text of step number `step`, from 0.
  show(step, part) {
    if (step !== this.#step) this.#enter(step)
    const hidden = Math.round((1 - part) * this.length)
    for (const [block, after] of this.blocks) block.toggleAttribute(MARK, after > 0 && hidden >= after)
    if (!("highlights" in CSS)) return
    if (hidden) CSS.highlights.set(PAINT, new Highlight(this.#last(hidden)))
    else CSS.highlights.delete(PAINT)
  }

  end() {
    for (const element of this.trace.querySelectorAll(`[${MARK}]`)) element.removeAttribute(MARK)
    if ("highlights" in CSS) CSS.highlights.delete(PAINT)
    this.trace.removeAttribute("data-replaying")
  }

  // Internal

  #enter(step) {
    for (const [block] of this.blocks ?? []) block.removeAttribute(MARK)
    this.#step = step
    for (const list of [this.steps, ...this.beside]) list.forEach((element, index) => element.toggleAttribute(MARK, index > step))
    this.trace.dataset.replaying = step
    this.trace.outline.inView.mark()
    const text = this.steps[step].querySelector(".tx")
    this.nodes = textNodesOf(text)
    this.length = this.nodes.reduce((sum, { length }) => sum + length, 0)
    // Each block but the first, with the characters from its beginning to the end.
    let before = 0
    this.blocks = [...text.childNodes].flatMap((node) => {
      const after = this.length - before
      before += node.textContent.length
      return node.nodeType === Node.ELEMENT_NODE && after < this.length ? [[node, after]] : []
    })
  }

  // The last so many characters of the step.
  #last(count) {
    let at = this.length - count
    const node = this.nodes.find(({ length }) => at < length || ((at -= length), false))
    const end = this.nodes.at(-1)
    return new StaticRange({ startContainer: node, startOffset: at, endContainer: end, endOffset: end.length })
  }
}
