// `<section-list>`: the links to a page's sections, of which the one that is read is marked.

// The line that a section crosses while it is read, near the top of the window.
const LINE = { rootMargin: "-15% 0px -85% 0px" }

class SectionList extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.links = [...this.querySelectorAll('a[href^="#"]')]
    const sections = this.links.map((link) => document.querySelector(link.hash))
    this.line = new IntersectionObserver(this.#crossed, LINE)
    this.window = new IntersectionObserver(this.#seen)
    for (const section of sections) { this.line.observe(section); this.window.observe(section) }
    this.addEventListener("click", this.#chosen)
    this.first = this.read = sections[0]
    this.#mark(document.querySelector(":target")?.closest("section") ?? this.first)
  }

  disconnectedCallback() {
    this.line.disconnect()
    this.window.disconnect()
  }

  // Internal

  // The last sections never reach the line: what was asked for counts for as long as it can be seen.
  #chosen = ({ target }) => {
    const hash = target.closest("a")?.hash
    if (hash) this.#mark(this.asked = document.querySelector(hash))
  }

  #seen = (entries) => {
    if (!entries.some(({ target, isIntersecting }) => target === this.asked && !isIntersecting)) return
    this.asked = null
    this.#mark(this.read)
  }

  // Where none has come up to the line yet, the first one is read.
  #crossed = (entries) => {
    const above = entries.some(({ target, boundingClientRect, rootBounds }) => target === this.first && boundingClientRect.top > rootBounds?.top)
    this.read = above ? this.first : entries.findLast(({ isIntersecting }) => isIntersecting)?.target ?? this.read
    if (!this.asked) this.#mark(this.read)
  }

  #mark(section) {
    for (const link of this.links) {
      if (section && link.hash === `#${section.id}`) link.setAttribute("aria-current", "location")
      else link.removeAttribute("aria-current")
    }
  }
}

customElements.define("section-list", SectionList)
