// `<compare-versions>`: two versions in columns; on a narrow screen each is a tab. Their thinking opens together.

import "./copying.js"

const NARROW = matchMedia("(max-width: 720px)")
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -1, End: 1 }

class CompareVersions extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.list = this.querySelector("[data-tabs]")
    this.tabs = [...this.list.children]
    this.panels = this.tabs.map((tab) => document.getElementById(tab.dataset.shows))
    this.list.addEventListener("click", ({ target }) => this.show(this.tabs.indexOf(target.closest("button"))))
    this.list.addEventListener("keydown", this.#pressed)
    this.folds = [...this.querySelectorAll(".thinking")]
    for (const fold of this.folds) fold.addEventListener("toggle", () => this.#together(fold))
    NARROW.addEventListener("change", this.#arrange)
    this.#arrange()
  }

  disconnectedCallback() {
    NARROW.removeEventListener("change", this.#arrange)
  }

  // Actions

  show(index) {
    if (index < 0) return
    this.shown = index
    for (const [n, tab] of this.tabs.entries()) {
      tab.setAttribute("aria-selected", String(n === index))
      tab.tabIndex = n === index ? 0 : -1
      this.panels[n].toggleAttribute("data-behind", n !== index)
    }
  }

  // Internal

  // In columns there is nothing to choose, and they are no tabs to anybody.
  #arrange = () => {
    const roles = NARROW.matches ? ["tablist", "tab", "tabpanel"] : [null, null, null]
    const set = (node, role) => (role ? node.setAttribute("role", role) : node.removeAttribute("role"))
    set(this.list, roles[0])
    this.list.ariaLabel = "Versions"
    for (const tab of this.tabs) { set(tab, roles[1]); tab.setAttribute("aria-controls", tab.dataset.shows) }
    for (const panel of this.panels) set(panel, roles[2])
    this.show(this.shown ?? this.tabs.length - 1)
  }

  #pressed = (event) => {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    this.show(Math.min(Math.max(this.shown + step, 0), this.tabs.length - 1))
    this.tabs[this.shown].focus()
  }

  #together(fold) {
    for (const other of this.folds) other.open = fold.open
  }
}

customElements.define("compare-versions", CompareVersions)
