// The way back to the newest message, for whoever is far from it. It is a link, so that it leads there
// also from a place in a long chat that the end is not on the page of.

const FAR = 0.5

export class ToEnd {
  constructor(page) {
    this.thread = page.thread
    this.scroller = page.querySelector(".scroll")
    this.link = page.querySelector(".to-end")
    if (!this.link) return
    this.scroller.addEventListener("scroll", this.look, { passive: true })
    this.link.addEventListener("click", this.#go)
    new ResizeObserver(this.look).observe(this.thread.root)
  }

  look = () => {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller
    this.link.hidden = !this.thread.detached && scrollHeight - scrollTop - clientHeight < FAR * clientHeight
  }

  // The button goes once the end is there, so the focus goes to what was scrolled.
  #go = (event) => {
    if (this.thread.detached || event.metaKey || event.ctrlKey) return
    event.preventDefault()
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    this.scroller.focus({ preventScroll: true })
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: still ? "instant" : "smooth" })
  }
}
