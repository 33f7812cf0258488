// Conversations: hidden and shown as this device remembers; a drawer on narrow screens.

const KEY = "workings:sidebar"
const NARROW = matchMedia("(max-width: 860px)")

class SideBar extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.drawer = this.querySelector("dialog")
    document.documentElement.dataset.sidebar = localStorage.getItem(KEY) ?? "on"
    document.addEventListener("click", this.#clicked)
    this.addEventListener("htmx:afterSwap", () => this.#markCurrent())
    this.drawer.addEventListener("close", () => document.querySelector("[data-open-sidebar]").focus())
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

  // Internal

  #clicked = ({ target }) => {
    if (target.closest("[data-open-sidebar], [data-close-sidebar]") || target === this.drawer) this.toggle()
    const rename = target.closest("[data-rename]")
    if (rename) this.#rename(rename)
    target.closest("[popover] form button")?.closest("[popover]").hidePopover()
  }

  #rename(button) {
    const row = button.closest("li")
    const link = row.querySelector("a")
    button.closest("[popover]").hidePopover()
    const form = document.createElement("form")
    form.className = "rename"
    const input = Object.assign(document.createElement("input"), { name: "title", value: link.title, maxLength: 200 })
    input.setAttribute("aria-label", "Title")
    form.append(input)
    form.setAttribute("hx-post", button.dataset.rename)
    form.setAttribute("hx-target", "#sidebar")
    link.hidden = true
    link.before(form)
    window.htmx.process(form)
    input.select()
    const leave = () => { form.remove(); link.hidden = false }
    input.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); leave(); link.focus() } })
    input.addEventListener("blur", () => setTimeout(() => { if (form.isConnected && !form.matches(".htmx-request")) leave() }, 200))
  }

  #markCurrent() {
    const here = location.pathname
    for (const link of this.querySelectorAll("a[data-conversation]")) {
      if (link.getAttribute("href") === here) link.setAttribute("aria-current", "page")
      else link.removeAttribute("aria-current")
    }
  }
}

customElements.define("side-bar", SideBar)
