// The scroller of the conversation. A question that was sent goes to its top once, with room below it
// for the reply; the pane follows an answer only for a reader who is at the end.

const UNDER_BAR = 16
const NEAR_END = 24
// What a reply that thinks takes: its window, and the lines around that. See .view in thinking.css.
const WINDOW = 268
const AROUND = 250
// A question that takes more than this of the pane is long.
const LONG = 0.35

export class Pane {
  #turn = null
  #spacer = 0
  #atEnd = true

  constructor(page) {
    this.page = page
    this.scroller = page.querySelector(".scroll")
    this.scroller.addEventListener("scroll", this.#scrolled, { passive: true })
    this.scroller.addEventListener("workings:folding", this.#folding)
  }

  showEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight
    this.#scrolled()
  }

  // The style sheet makes a turn on top at least as high as the pane, whatever its reply does. Of a long
  // question only the end is shown, so that there is room for the thinking.
  bringToTop(turn) {
    this.#turn?.removeAttribute("data-on-top")
    this.#turn = turn
    const question = turn.querySelector("streaming-reply").getBoundingClientRect().top - turn.getBoundingClientRect().top
    const height = this.scroller.clientHeight
    const hidden = Math.max(0, Math.min(question, question + Math.max(WINDOW, 0.4 * height) + AROUND - height))
    const above = question > LONG * height ? hidden : 0
    turn.style.setProperty("--above", `${above}px`)
    turn.setAttribute("data-on-top", "")
    this.#setSpacer(0)
    this.scroller.scrollTop += turn.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - UNDER_BAR + above
  }

  // Something was drawn in this reply.
  drawn(reply) {
    this.#trimSpacer()
    const reading = reply.trace?.matches(":hover")
    if (this.#atEnd && reply.mayBeFollowed && !reading) this.scroller.scrollTop = this.scroller.scrollHeight
  }

  // Without room below, what is on screen would move down by what folds away.
  #folding = ({ detail }) => {
    this.#setSpacer(this.#spacer + detail.height)
    requestAnimationFrame(this.#trimSpacer)
  }

  // As much as what is on screen needs to stay there, and no more.
  #trimSpacer = () => {
    if (!this.#spacer) return
    const { scrollTop, clientHeight, scrollHeight } = this.scroller
    this.#setSpacer(Math.min(this.#spacer, Math.max(0, scrollTop + clientHeight - scrollHeight + this.#spacer)))
  }

  #setSpacer(height) {
    if (height === this.#spacer) return
    this.#spacer = height
    this.page.style.setProperty("--spacer", `${height}px`)
  }

  #scrolled = () => {
    this.#atEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END
    this.#trimSpacer()
  }
}
