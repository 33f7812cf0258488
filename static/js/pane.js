// The scroller of the conversation. A question that was sent goes to its top once, with room below
// that shrinks as the reply grows; it follows an answer only for a reader who is at the end.

const UNDER_BAR = 16
const NEAR_END = 24

export class Pane {
  #turn = null
  #spacer = 0
  #atEnd = true

  constructor(page) {
    this.page = page
    this.scroller = page.querySelector(".scroll")
    this.end = page.querySelector(".spacer")
    this.scroller.addEventListener("scroll", this.#scrolled, { passive: true })
    this.scroller.addEventListener("workings:folding", this.#folding)
  }

  showEnd() {
    if (!location.hash) this.scroller.scrollTop = this.scroller.scrollHeight
    this.#scrolled()
  }

  bringToTop(turn) {
    this.#turn = turn
    this.#setSpacer(this.#room())
    this.scroller.scrollTop += turn.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - UNDER_BAR
  }

  // Text was drawn in the reply that runs, if any.
  drawn(running) {
    if (this.#turn?.isConnected) this.#setSpacer(Math.min(this.#spacer, this.#room()))
    const reading = running?.trace?.matches(":hover")
    if (this.#atEnd && running?.dataset.state === "answering" && !this.#spacer && !reading) this.scroller.scrollTop = this.scroller.scrollHeight
  }

  // Without room below, what is on screen would move down by what folds away.
  #folding = ({ target, detail }) => {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller
    const missing = scrollTop + clientHeight + detail.height - scrollHeight
    if (missing <= 0) return
    this.#turn = target.closest("article")
    this.#setSpacer(this.#spacer + missing)
  }

  // How much must follow the turn for it to stand at the top.
  #room() {
    const height = this.end.getBoundingClientRect().top - this.#turn.getBoundingClientRect().top
    return Math.max(0, this.scroller.clientHeight - UNDER_BAR - height)
  }

  #setSpacer(height) {
    if (height === this.#spacer) return
    this.#spacer = height
    this.page.style.setProperty("--spacer", `${height}px`)
  }

  #scrolled = () => {
    this.#atEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END
  }
}
