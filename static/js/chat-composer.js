// Where people write. Enter sends, or breaks a line, as preferred; never while an IME composes.

import { alarm } from "./announcing.js"
import { manageOptions } from "./composer-options.js"
import { Draft } from "./drafts.js"
import { post } from "./sending.js"

const IME = 229
const RUNNING = "A reply is still being written here. Stop it, or wait until it has ended; your message stays in the box."
const UNREACHED = "This could not be sent. Check the connection, then try again."

// A redirect to a new chat is one too, though htmx calls it neither a success nor a failure.
const taken = ({ status }) => status >= 200 && status < 300

class ChatComposer extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.form = this.querySelector("form")
    this.box = this.querySelector("[name=text]")
    this.stopper = this.querySelector(".stop")
    this.said = document.getElementById("said")
    this.draft = new Draft(this.box, this.form.dataset.draft)
    this.box.addEventListener("keydown", this.#key)
    this.stopper.type = "button"
    this.stopper.addEventListener("click", () => this.stop())
    this.form.addEventListener("htmx:beforeRequest", this.#sending)
    document.addEventListener("htmx:afterRequest", this.#answered)
    manageOptions(this.form)
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:afterRequest", this.#answered)
  }

  // Actions

  setRunning(message) {
    if (this.running === message) return
    this.running = message
    this.querySelector(".send").hidden = message !== null
    this.stopper.hidden = message === null
    this.stopper.disabled = false
    if (!message && this.said.textContent === RUNNING) this.#say("")
  }

  stop() {
    if (!this.running || this.stopper.disabled) return
    this.stopper.disabled = true
    const label = this.closest("chat-page").thread.running?.querySelector("summary .label")
    if (label) label.textContent = "Stopping…"
    post(`/m/${this.running}/stop/`).catch(() => { this.stopper.disabled = false })
  }

  fill(text) {
    this.box.value = text
    this.box.focus()
    this.draft.keepSoon()
  }

  // Internal

  #key = (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === IME || event.shiftKey) return
    const withMod = event.metaKey || event.ctrlKey
    if (document.body.dataset.sendWith === "mod-enter" ? !withMod : event.altKey) return
    event.preventDefault()
    if (!this.box.value.trim()) return
    if (this.running) this.#say(RUNNING)
    else this.form.requestSubmit()
  }

  #sending = (event) => {
    if (event.target !== this.form) return
    if (this.running || !this.box.value.trim()) return event.preventDefault()
    this.sent = this.box.value
    this.box.value = ""
    this.draft.wait()
    this.#say("")
  }

  // What was refused, here or by a reply's own buttons, is said; what was typed comes back.
  #answered = ({ target, detail }) => {
    const ours = target === this.form
    if (taken(detail.xhr)) return ours && this.draft.sent()
    if (ours) {
      this.box.value = this.sent + this.box.value
      this.draft.keep()
    }
    if (!ours && !target.closest("streaming-reply")) return
    const plain = detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/plain")
    this.#say(plain ? detail.xhr.responseText : UNREACHED)
  }

  #say(sentence) {
    this.said.textContent = sentence
    delete this.said.dataset.kind
    if (sentence) alarm(sentence)
  }
}

customElements.define("chat-composer", ChatComposer)
