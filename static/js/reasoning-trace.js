// The thinking region. Until the reader touches it, it opens when thinking begins and folds once when
// the answer does; after the first touch it never opens, closes or scrolls by itself again.

import { post } from "./sending.js"

const SHORT = 120
const NEAR_END = 24
const TOUCHES = ["wheel", "touchmove", "pointerdown", "keydown"]
const UPWARD = new Set(["PageUp", "Home", "ArrowUp"])

class ReasoningTrace extends HTMLElement {
  #lines = 0

  // Lifecycle

  connectedCallback() {
    this.details = this.querySelector("details")
    this.view = this.querySelector(".view")
    this.querySelector("summary").addEventListener("click", this.#toggled)
    this.view.addEventListener("scroll", this.#scrolled, { passive: true })
    this.view.addEventListener("focusin", () => this.touch())
    for (const type of TOUCHES) this.view.addEventListener(type, this.#touched, { passive: true })
    this.querySelector(".follow").addEventListener("click", () => this.#follow(this.view.dataset.follow !== "on"))
    this.querySelector(".jump").addEventListener("click", () => this.#follow(true))
    document.addEventListener("selectionchange", this.#selected)
    this.grew(0)
  }

  disconnectedCallback() {
    document.removeEventListener("selectionchange", this.#selected)
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

  setOpen(open) {
    if (this.hasAttribute("data-empty") && open) return
    this.details.open = open
  }

  // Text was drawn: `lines` more of it, which the reader has not seen if not following.
  grew(lines) {
    if (this.view.dataset.follow === "on") this.view.scrollTop = this.view.scrollHeight
    else this.#count(lines)
    this.view.toggleAttribute("data-scrolled", this.view.scrollTop > 4)
  }

  // The first thinking opens the region, if the preference says so and the reader has not decided.
  thinkingBegan(opens) {
    this.removeAttribute("data-empty")
    if (this.dataset.wheel === "auto" && opens !== "never" && this.#long()) this.setOpen(true)
  }

  // The answer has begun, or ended: fold, unless somebody is here.
  foldIfLeft(opens) {
    if (this.dataset.folded || this.dataset.wheel !== "auto" || opens !== "fold" || this.#isRead()) return
    this.dataset.folded = "once"
    this.setOpen(false)
  }

  // Internal

  #toggled = (event) => {
    if (this.hasAttribute("data-empty")) return event.preventDefault()
    queueMicrotask(() => setTimeout(() => { this.dataset.wheel = "reader"; this.touch() }))
  }

  #touched = (event) => {
    this.touch()
    const up = event.type === "wheel" ? event.deltaY < 0 : event.type === "touchmove" || UPWARD.has(event.key)
    if (up) this.#follow(false)
    else if (event.key === "End") this.#follow(true)
  }

  #scrolled = () => {
    const left = this.view.scrollHeight - this.view.scrollTop - this.view.clientHeight
    if (left <= NEAR_END && this.view.dataset.follow === "off") this.#follow(true)
  }

  #selected = () => {
    const selection = document.getSelection()
    if (selection.isCollapsed || !this.view.contains(selection.anchorNode)) return
    this.touch()
    this.#follow(false)
  }

  #follow(on) {
    this.view.dataset.follow = on ? "on" : "off"
    const button = this.querySelector(".follow")
    button.setAttribute("aria-pressed", String(on))
    button.querySelector("span").textContent = on ? "Following" : "Follow"
    if (on) { this.#lines = 0; this.querySelector(".jump").hidden = true; this.view.scrollTop = this.view.scrollHeight }
  }

  #count(lines) {
    this.#lines += lines
    const jump = this.querySelector(".jump")
    jump.hidden = this.#lines < 1
    jump.querySelector("span").textContent = `Jump to now · ${this.#lines} new ${this.#lines === 1 ? "line" : "lines"}`
  }

  #long() {
    return this.querySelector(".trace").textContent.trim().length >= SHORT
  }

  #isRead() {
    const selection = document.getSelection()
    const selecting = !selection.isCollapsed && this.contains(selection.anchorNode)
    return document.hidden || selecting || this.matches(":hover") || this.contains(document.activeElement)
  }
}

customElements.define("reasoning-trace", ReasoningTrace)
