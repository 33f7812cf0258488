// `<edit-question>`: a question that is being changed, in its own place. Ctrl+Enter or ⌘Enter sends, Escape
// leaves. What was changed outlives a refusal, and a reload of the page.

import { complain } from "./announcing.js"
import { fetchOurs, whyNot } from "./sending.js"

const KEY = "workings:edit:"
const NOT_OPENED = "The question could not be opened."
const DISCARD = "Discard your changes to this question?"
const IME = 229

class EditQuestion extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.box = this.querySelector("textarea")
    this.form = this.querySelector("form")
    this.key = KEY + this.dataset.question
    this.box.value = sessionStorage.getItem(this.key) ?? this.box.value
    this.box.addEventListener("input", () => sessionStorage.setItem(this.key, this.box.value))
    this.addEventListener("keydown", this.#pressed)
    this.querySelector("[data-cancel]").addEventListener("click", this.#cancel)
    this.form.addEventListener("htmx:afterRequest", this.#answered)
    this.#besides(true)
    this.focus()
  }

  // Actions

  focus() {
    this.box.focus()
    this.box.setSelectionRange(this.box.value.length, this.box.value.length)
  }

  leave() {
    if (this.box.value !== this.box.defaultValue && !confirm(DISCARD)) return
    sessionStorage.removeItem(this.key)
    const pencil = this.parentElement.querySelector("[data-edit]")
    this.#besides(false)
    this.remove()
    pencil.focus({ preventScroll: true })
  }

  // Internal

  // The bubble and what stands below it; on a page of its own there is none.
  #besides(hidden) {
    for (const node of this.parentElement.querySelectorAll(":scope > .bubble, :scope > .acts")) node.hidden = hidden
  }

  #pressed = (event) => {
    if (event.isComposing || event.keyCode === IME) return
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#run(event, () => this.form.requestSubmit())
    else if (event.key === "Escape" && this.parentElement.matches(".user")) this.#run(event, () => this.leave())
  }

  #run(event, action) {
    event.preventDefault()
    event.stopPropagation()
    action()
  }

  #cancel = (event) => {
    if (this.parentElement.matches(".user")) this.#run(event, () => this.leave())
  }

  #answered = ({ detail }) => {
    if (detail.successful) sessionStorage.removeItem(this.key)
  }
}

customElements.define("edit-question", EditQuestion)

const open = async (link) => {
  const home = link.closest(".user")
  const request = fetchOurs(link.href)
  const reason = await whyNot(request, NOT_OPENED)
  if (reason !== null) return complain(reason)
  if (home.querySelector("edit-question")) return
  home.insertAdjacentHTML("afterbegin", await (await request).text())
  window.htmx?.process(home)
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-edit]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  open(link)
})
