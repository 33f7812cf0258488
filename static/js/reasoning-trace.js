// The thinking region. Until the reader touches it, it opens when thinking begins and folds once when
// the answer does; after the first touch it never opens or closes by itself again.

import { isRead } from "./being-read.js"
import { HeldBack } from "./held-back.js"
import { LiveSteps } from "./live-steps.js"
import { LiveWindow } from "./live-window.js"
import { Outline } from "./outline.js"
import { post } from "./sending.js"
import { placeTools } from "./trace-tools.js"

// Tokens: of so little, a line or two, nobody needs to see more than the header.
const SHORT = 30
const THINKS = new Set(["thinking", "tool"])
const TOUCHES = ["wheel", "touchmove", "pointerdown", "keydown", "focusin"]
const PASSING = new Set(["Tab", "Shift", "Control", "Alt", "Meta", "Escape"])

class ReasoningTrace extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.details = this.querySelector("details")
    this.window = new LiveWindow(this)
    this.steps = new LiveSteps(this)
    this.body = new HeldBack(() => !this.details.open)
    this.details.addEventListener("toggle", () => { if (this.details.open) this.body.release() })
    this.outline = new Outline(this)
    placeTools(this)
    this.querySelector("summary").addEventListener("click", this.#toggled)
    for (const type of TOUCHES) this.window.view.addEventListener(type, this.#touched, { passive: true })
    document.addEventListener("selectionchange", this.#selected)
    if (this.details.open) this.dataset.opened = "once"
    this.grew()
  }

  disconnectedCallback() {
    document.removeEventListener("selectionchange", this.#selected)
    this.steps.stop()
  }

  // Actions

  // The reader has the wheel, for good and on every device.
  touch() {
    const open = String(this.details.open)
    if (this.dataset.wheel === "reader" && this.dataset.told === open) return
    this.dataset.wheel = "reader"
    this.dataset.told = open
    post(`/m/${this.dataset.message}/wheel/`, { open }, { keepalive: true }).catch(() => {})
  }

  // Whoever opens it to go somewhere in it cannot wait for it to unfold.
  setOpen(open) {
    if (this.hasAttribute("data-empty") && open) return
    this.toggleAttribute("data-at-once", open)
    if (open) this.body.release()
    this.details.open = open
  }

  // Whoever was somewhere in the middle of it sees its beginning again.
  comeBack() {
    const pane = this.closest(".scroll")
    if (pane && this.getBoundingClientRect().top < pane.getBoundingClientRect().top) this.scrollIntoView({ block: "start" })
  }

  // The state of the reply around it. What was held back while it was written is drawn in the end.
  enter(state) {
    this.dataset.state = state
    this.outline.inView.mark()
    if (THINKS.has(state)) return this.steps.start()
    this.steps.stop()
    this.body.releaseSlowly()
  }

  grew() {
    this.window.grew()
  }

  // Enough thinking to be worth it opens the region once, if the preference says so and the reader has not decided.
  thinkingBegan(opens) {
    if (this.steps.count) this.removeAttribute("data-empty")
    if (this.dataset.wheel !== "auto" || opens === "never" || this.dataset.opened) return
    if (opens !== "always" && this.steps.tokens < SHORT) return
    this.dataset.opened = "once"
    this.setOpen(true)
    this.grew()
  }

  // Tried when the answer's first line is there and when it ends: fold once, unless somebody is here.
  foldIfLeft(opens, when) {
    if (this.dataset.folded || this.dataset.tried === when) return
    this.dataset.tried = when
    if (this.dataset.wheel !== "auto" || opens !== "fold" || isRead(this)) return
    this.dataset.folded = "once"
    this.#announceFolding()
    this.setOpen(false)
  }

  // Internal

  // The browser opens or closes it after this event.
  #toggled = (event) => {
    if (this.hasAttribute("data-empty")) return event.preventDefault()
    this.dataset.wheel = "reader"
    this.removeAttribute("data-at-once")
    this.#announceFolding()
    const closes = this.details.open
    if (closes && this.querySelector(".body").contains(document.activeElement)) this.querySelector("summary").focus({ preventScroll: true })
    setTimeout(() => { if (closes) this.comeBack(); this.touch(); this.grew() })
  }

  #announceFolding() {
    if (!this.details.open) return
    const height = this.offsetHeight - this.querySelector("summary").offsetHeight
    this.dispatchEvent(new CustomEvent("workings:folding", { bubbles: true, detail: { height } }))
  }

  #touched = ({ key }) => {
    if (!PASSING.has(key)) this.touch()
  }

  #selected = () => {
    const selection = document.getSelection()
    if (selection.isCollapsed || !this.window.view.contains(selection.anchorNode)) return
    this.touch()
    this.window.follow(false)
  }
}

customElements.define("reasoning-trace", ReasoningTrace)
