// The settings page: says what was saved, and follows what was chosen here or in another tab.
// The server decides and renders; without this script the same forms post and reload.

import { PageSocket } from "./page-socket.js"
import { showRefusal } from "./refusals.js"

const SAVED = "Saved"
const EVENT = "workings:preferences"
const PLACES = ".setting, .key"

class SettingsPage extends HTMLElement {
  #acting = ""

  // Lifecycle

  connectedCallback() {
    this.addEventListener("htmx:beforeRequest", this.#remember)
    this.addEventListener("htmx:beforeSwap", showRefusal)
    this.addEventListener("htmx:afterSettle", this.#announce)
    this.addEventListener("input", this.#showSize)
    document.addEventListener(EVENT, this.#follow)
    this.socket = new PageSocket("/ws/", this)
  }

  disconnectedCallback() {
    document.removeEventListener(EVENT, this.#follow)
    this.socket.close()
  }

  // What the server says, by type

  preferences({ values }) {
    document.dispatchEvent(new CustomEvent(EVENT, { detail: values }))
  }

  // Actions

  // What was wrong before is not what is wrong now.
  #remember = (event) => {
    this.#acting = event.target.closest(PLACES)?.id ?? ""
    this.#say("alerts", "")
  }

  #announce = (event) => {
    const place = event.target.closest(PLACES)
    if (!place || place.id !== this.#acting) return
    this.#acting = ""
    const error = place.querySelector(".setting-error")
    place.querySelector("[aria-describedby*=error-]")?.setAttribute("aria-invalid", String(Boolean(error)))
    const said = place.querySelector(".setting-saved")
    if (error) this.#say("alerts", error.textContent)
    else this.#say("announcer", said?.textContent ?? SAVED)
    this.#keepFocus(place)
  }

  #showSize = ({ target }) => {
    if (target.type === "range") target.form.querySelector("output").value = `${target.value}%`
  }

  #follow = ({ detail }) => {
    for (const [name, value] of Object.entries(detail)) this.#show(name, value)
  }

  // Internal

  #show(name, value) {
    const text = value === null ? "" : String(value)
    for (const control of this.querySelectorAll(`#preference-${CSS.escape(name)} [name="${CSS.escape(name)}"]`)) {
      if (control.type === "radio") control.checked = control.value === text
      else if (control.type === "checkbox") control.checked = value === true
      else if (!this.#isUsed(control, text)) control.value = control.defaultValue = text
    }
    const size = this.querySelector(`#preference-${CSS.escape(name)} output`)
    if (size) size.value = `${text}%`
  }

  // What comes may be older than what the person has done since: who is in a field keeps it, and what was
  // typed stays while all others still have the value that it was typed over.
  #isUsed(control, text) {
    if (control === document.activeElement && document.hasFocus()) return true
    return control.value !== text && control.defaultValue === text
  }

  #say(id, sentence) {
    document.getElementById(id).textContent = sentence
  }

  #keepFocus(place) {
    if (document.activeElement !== document.body) return
    const control = place.querySelector("input:checked, input:not([type=hidden], [type=radio]), select, textarea, button")
    ;(control ?? document.getElementById("main")).focus()
  }
}

customElements.define("settings-page", SettingsPage)
