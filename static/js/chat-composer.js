// Where people write. Enter sends, or breaks a line, as preferred; never while an IME composes.

import { alarm } from "./announcing.js"
import { post } from "./sending.js"

const DRAFT_EVERY = 800
const DRAFT = "workings:draft"
const IME = 229
const LEAST = Math.log(256)
const MOST = Math.log(131072)

class ChatComposer extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.form = this.querySelector("form")
    this.box = this.querySelector("[name=text]")
    this.stopper = this.querySelector(".stop")
    this.box.addEventListener("keydown", this.#key)
    this.box.addEventListener("input", this.#typed)
    this.stopper.addEventListener("click", () => this.stop())
    this.form.addEventListener("change", this.#changed)
    this.form.addEventListener("input", this.#slid)
    this.form.addEventListener("htmx:beforeRequest", this.#sending)
    this.form.addEventListener("htmx:afterRequest", this.#answered)
    addEventListener("pagehide", this.#leaving)
    if (!this.form.dataset.draft) this.box.value ||= localStorage.getItem(DRAFT) ?? ""
    this.#showChanged()
    this.#placeSlider()
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this.#leaving)
  }

  // Actions

  setRunning(message) {
    if (this.running === message) return
    this.running = message
    this.querySelector(".send").hidden = message !== null
    this.stopper.hidden = message === null
    this.stopper.disabled = false
  }

  stop() {
    if (!this.running || this.stopper.disabled) return
    this.stopper.disabled = true
    const label = this.closest("chat-page").running?.querySelector("summary .label")
    if (label) label.textContent = "Stopping…"
    post(`/m/${this.running}/stop/`).catch(() => { this.stopper.disabled = false })
  }

  fill(text) {
    this.box.value = text
    this.box.focus()
    this.#typed()
  }

  // Internal

  #key = (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === IME || event.shiftKey) return
    const withMod = event.metaKey || event.ctrlKey
    if (document.body.dataset.sendWith === "mod-enter" ? !withMod : event.altKey) return
    event.preventDefault()
    if (!this.running && this.box.value.trim()) this.form.requestSubmit()
  }

  #typed = () => {
    clearTimeout(this.timer)
    this.timer = setTimeout(this.#keep, DRAFT_EVERY)
  }

  #keep = () => {
    clearTimeout(this.timer)
    this.timer = null
    const { draft } = this.form.dataset
    if (draft) post(draft, { text: this.box.value }, { keepalive: true }).catch(() => {})
    else localStorage.setItem(DRAFT, this.box.value)
  }

  #leaving = () => {
    if (this.timer) this.#keep()
  }

  #sending = (event) => {
    if (event.target !== this.form) return
    if (this.running || !this.box.value.trim()) return event.preventDefault()
    this.sent = this.box.value
    this.box.value = ""
    clearTimeout(this.timer)
    this.timer = null
    this.#say("")
  }

  // What was typed comes back when it could not be sent.
  #answered = ({ target, detail }) => {
    if (target !== this.form) return
    if (detail.successful) return localStorage.removeItem(DRAFT)
    this.box.value = this.sent
    const plain = detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/plain")
    this.#say(plain ? detail.xhr.responseText : "This could not be sent. Check the connection, then try again.")
    this.#keep()
  }

  #changed = ({ target }) => {
    if (target.name === "model") this.#chose(target)
    this.#showChanged()
  }

  #chose(radio) {
    const { facts, thinking } = radio.closest("label").dataset
    this.querySelector("[data-model-name]").textContent = radio.dataset.model
    this.querySelector("[data-model-facts]").textContent = facts.trim()
    const off = this.querySelector("[name=thinking][value=off]")
    off.disabled = thinking === "always"
    off.parentElement.title = off.disabled ? `${radio.dataset.model} always thinks` : ""
    if (off.disabled && off.checked) this.querySelector("[name=thinking][value=auto]").checked = true
  }

  #slid = ({ target }) => {
    if (target.matches("[data-filter]")) return this.#filter(target.value)
    const box = target.dataset.logOf && this.querySelector(`#${target.dataset.logOf}`)
    if (!box) return
    const tokens = Math.exp(LEAST + (MOST - LEAST) * target.value / 100)
    box.value = Math.round(tokens / 256) * 256
    this.#showChanged()
  }

  #placeSlider() {
    const slider = this.querySelector("[data-log-of]")
    const tokens = Number(this.querySelector(`#${slider.dataset.logOf}`).value.replaceAll(",", "")) || 4096
    slider.value = 100 * (Math.log(tokens) - LEAST) / (MOST - LEAST)
  }

  #filter(words) {
    const wanted = words.toLowerCase()
    for (const row of this.querySelectorAll("#model-menu .mi")) row.hidden = !row.dataset.name.toLowerCase().includes(wanted)
  }

  #showChanged() {
    const value = (name) => this.form.elements[name]?.value
    const words = [value("effort") && `${value("effort")} effort`, value("temperature") && `t ${value("temperature")}`]
    const shown = words.filter(Boolean).join(", ")
    this.querySelector("[data-changed]").textContent = shown ? shown[0].toUpperCase() + shown.slice(1) : "Options"
  }

  #say(sentence) {
    const said = document.getElementById("said")
    said.textContent = sentence
    delete said.dataset.kind
    if (sentence) alarm(sentence)
  }
}

customElements.define("chat-composer", ChatComposer)
