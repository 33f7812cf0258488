// Conversations: hidden and shown as this device remembers; a drawer on narrow screens.

import { makeDraggable } from "./dragging.js"
import { rename } from "./renaming.js"

const KEY = "workings:sidebar"
const NARROW = matchMedia("(max-width: 860px)")
const UNDO_FOR = 10000
const LATER = 1000
const SWIPE = 60

class SideBar extends HTMLElement {
  #kept = {}

  // Lifecycle

  connectedCallback() {
    this.drawer = this.querySelector("dialog")
    this.list = this.querySelector("#sidebar")
    makeDraggable(this.list)
    document.documentElement.dataset.sidebar = localStorage.getItem(KEY) ?? "on"
    document.addEventListener("click", this.#clicked)
    this.addEventListener("htmx:beforeSwap", this.#keep)
    this.addEventListener("htmx:afterSwap", this.#restore)
    this.drawer.addEventListener("touchstart", ({ touches }) => { this.touchedAt = touches[0].clientX }, { passive: true })
    this.drawer.addEventListener("touchend", this.#swiped, { passive: true })
    this.drawer.addEventListener("close", () => document.querySelector("[data-open-sidebar]").focus())
    this.#forgetUndo()
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#clicked)
  }

  // Actions

  toggle() {
    if (NARROW.matches) return this.drawer.open ? this.drawer.close() : this.drawer.showModal()
    const state = document.documentElement.dataset.sidebar === "off" ? "on" : "off"
    document.documentElement.dataset.sidebar = state
    localStorage.setItem(KEY, state)
  }

  // What there is, or what runs, has changed. Nobody loses the menu or the field they are in.
  refresh() {
    clearTimeout(this.later)
    if (this.list.querySelector("form.rename, :popover-open")) this.later = setTimeout(() => this.refresh(), LATER)
    else window.htmx?.ajax("GET", "/sidebar/", { source: "#sidebar", target: "#sidebar", swap: "innerHTML" })
  }

  // Internal

  #clicked = ({ target }) => {
    if (target.closest("[data-open-sidebar], [data-close-sidebar]") || target === this.drawer) this.toggle()
    const renaming = target.closest("[data-rename]")
    if (renaming) rename(renaming)
    target.closest("[popover] form button")?.closest("[popover]").hidePopover()
  }

  #swiped = ({ changedTouches }) => {
    if (NARROW.matches && this.touchedAt - changedTouches[0].clientX > SWIPE) this.drawer.close()
  }

  // A refresh keeps the offer to undo, and every swap keeps the focus where it was.
  #keep = ({ target, detail }) => {
    if (target !== this.list) return
    const undo = detail.requestConfig.verb === "get" ? target.querySelector(".undo") : null
    const focused = target.contains(document.activeElement) ? document.activeElement : null
    const part = focused?.matches(".more") ? ".more" : "a, .name"
    this.#kept = { undo, focused: focused !== null, row: focused?.closest("li")?.id, part }
    undo?.remove()
  }

  #restore = ({ target }) => {
    if (target !== this.list) return
    const { undo, focused, row, part } = this.#kept
    if (undo) target.prepend(undo)
    else this.#forgetUndo()
    this.#markCurrent()
    if (!focused) return
    const place = document.getElementById(row)?.querySelector(part) ?? target.querySelector(".undo button")
    ;(place ?? target).focus()
  }

  #forgetUndo() {
    const undo = this.list.querySelector(".undo")
    if (undo) setTimeout(() => undo.remove(), UNDO_FOR)
  }

  #markCurrent() {
    for (const link of this.querySelectorAll("a[data-conversation]")) {
      if (link.getAttribute("href") === location.pathname) link.setAttribute("aria-current", "page")
      else link.removeAttribute("aria-current")
    }
  }
}

customElements.define("side-bar", SideBar)
