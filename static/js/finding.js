// Where a query stands in the thinking on the page. Text nodes are only read, and each step that has
// closed is read once a query, so that what streams in costs no more than itself.

const BLOCKS = "p, li, pre, h4, h5, h6, td, th, blockquote, summary, .tx"
const NO_TEXT = "annotation, button, .vh, .lang"
// Between blocks, which no match crosses.
const BOUNDARY = "\0"

const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")

// Letters whose other case is longer or shorter than they are.
const inAnyCase = (source) => source.replace(/ss|ß/giu, "(?:ss|[ßẞ])").replace(/İ|i\u0307?/giu, "(?:İ|i\\u0307?)")

// White space of any length, and quotation marks of any shape.
const lenient = (source) => source.replace(/\s+/gu, "\\s+").replace(/['’‘]/gu, "['’‘]").replace(/["“”„]/gu, "[\"“”„]")

// Null for a query that says nothing.
export const patternOf = (query, matchCase) => {
  const text = query.trim()
  if (!text) return null
  const forms = [...new Set([text.normalize("NFC"), text.normalize("NFD")])].map((form) => lenient(literal(form)))
  return matchCase ? new RegExp(forms.join("|"), "gu") : new RegExp(forms.map(inAnyCase).join("|"), "giu")
}

const textOf = (root, without) => {
  const nodes = [], starts = []
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  let text = "", block = null
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest(without)) continue
    const own = node.parentElement.closest(BLOCKS)
    if (block && own !== block) text += BOUNDARY
    block = own
    nodes.push(node)
    starts.push(text.length)
    text += node.data
  }
  return { text, nodes, starts }
}

// Elements that match the selector `without` are passed over.
export const rangesIn = (root, pattern, without = NO_TEXT) => {
  const { text, nodes, starts } = textOf(root, without)
  const ranges = []
  let index = 0
  const placeOf = (offset, isEnd) => {
    while (index + 1 < starts.length && (isEnd ? starts[index + 1] < offset : starts[index + 1] <= offset)) index += 1
    return [nodes[index], offset - starts[index]]
  }
  for (const match of text.matchAll(pattern)) {
    const [startContainer, startOffset] = placeOf(match.index, false)
    const [endContainer, endOffset] = placeOf(match.index + match[0].length, true)
    ranges.push(new StaticRange({ startContainer, startOffset, endContainer, endOffset }))
  }
  return ranges
}

export class Finder {
  #known = new WeakMap()

  constructor(pattern) {
    this.pattern = pattern
  }

  // In the order of the text.
  in(trace) {
    return [...trace.querySelectorAll(".step > .tx")].flatMap((text) => this.#inStep(text))
  }

  #inStep(text) {
    if ("open" in text.dataset) return rangesIn(text, this.pattern)
    if (!this.#known.has(text)) this.#known.set(text, rangesIn(text, this.pattern))
    return this.#known.get(text)
  }
}
