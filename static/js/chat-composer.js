// Where people write. Enter sends, or breaks a line, as preferred; never while an IME composes.

import { complain } from "./announcing.js"
import { manageOptions } from "./composer-options.js"
import { Draft } from "./drafts.js"
import { hasExpired, post, refusalIn, wasTaken, whyNot } from "./sending.js"

const IME = 229
const ASK = "Ask anything"
const QUEUE = "Queue a follow-up"
const NOT_SENT = "This could not be sent."
const NOT_STOPPED = "The reply could not be stopped."
const STOPPING = "Stopping…"
const KEPT = "What you have typed is kept."

class ChatComposer extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.form = this.querySelector("form")
    this.box = this.querySelector("[name=text]")
    this.stopper = this.querySelector(".stop")
    this.queuer = this.querySelector(".queue")
    this.draft = new Draft(this.box, this.form.dataset)
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
    if (this.queuer) this.queuer.hidden = message === null
    this.box.placeholder = message ? QUEUE : ASK
  }

  async stop() {
    if (!this.running || this.stopper.disabled) return
    this.stopper.disabled = true
    const label = this.closest("chat-page").thread.running?.querySelector("summary .label")
    const before = label?.textContent
    if (label) label.textContent = STOPPING
    const reason = await whyNot(post(`/m/${this.running}/stop/`), NOT_STOPPED)
    if (reason === null) return
    this.stopper.disabled = false
    if (label?.textContent === STOPPING) label.textContent = before
    complain(reason)
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
    if (this.running) this.queuer?.click()
    else this.form.requestSubmit()
  }

  #sending = (event) => {
    if (event.target !== this.form) return
    const queues = event.detail.requestConfig.path === this.queuer?.getAttribute("formaction")
    if ((this.running && !queues) || !this.box.value.trim()) return event.preventDefault()
    this.draft.hold()
    this.sent = this.box.value
    this.box.value = ""
    complain("")
  }

  // What was refused, here or by a reply's own buttons, is said; what was typed comes back.
  #answered = ({ target, detail }) => {
    const ours = target === this.form
    if (wasTaken(detail.xhr)) return ours && this.draft.sent()
    if (ours) this.fill(this.sent + this.box.value)
    const expired = hasExpired(detail.xhr.status)
    if (!ours && !expired && !target.closest(".turn, queued-message")) return
    const why = refusalIn(detail.xhr, NOT_SENT)
    complain(ours && expired ? `${why} ${KEPT}` : why)
  }
}

customElements.define("chat-composer", ChatComposer)
