// What is being written survives: kept on this device at once, and with its conversation on the server.
//
// The server's copy counts wherever it has one, since other devices write it too. Ours goes when the
// server has taken it, and comes back only where the server's is still the one that it was written upon:
// then a session had ended, or a connection was gone. Nobody gets what another account wrote here.

import { post } from "./sending.js"

const EVERY = 800
const PREFIX = "workings:draft"

// Of a message that was taken while the page was left, the page knows no more than this.
const lastQuestion = () => [...document.querySelectorAll(".bubble")].at(-1)?.textContent

export class Draft {
  #timer = null

  // `draft`: where its conversation keeps it; there is none yet for a new chat.
  constructor(box, { draft, user }) {
    this.box = box
    this.url = draft
    this.key = `${PREFIX}:${user}:${draft ?? ""}`
    this.base = box.defaultValue
    this.#forgetOthers(`${PREFIX}:${user}:`)
    this.#restore()
    box.addEventListener("input", () => this.keepSoon())
    addEventListener("pagehide", () => { if (this.#timer) this.keep() })
  }

  keepSoon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.keep(), EVERY)
  }

  keep() {
    this.hold()
    if (this.url) this.#send(this.box.value)
  }

  // On this device alone, as while it is being sent. What is too long for that the server keeps.
  hold() {
    clearTimeout(this.#timer)
    this.#timer = null
    try {
      localStorage.setItem(this.key, JSON.stringify({ text: this.box.value, base: this.base }))
    } catch {
      localStorage.removeItem(this.key)
    }
  }

  // The server lets go of its own when it takes the message.
  sent() {
    this.base = ""
    localStorage.removeItem(this.key)
  }

  async #send(text) {
    const response = await post(this.url, { text }, { keepalive: true }).catch(() => null)
    if (!response?.ok) return
    this.base = text
    if (this.#kept?.text === text) localStorage.removeItem(this.key)
  }

  get #kept() {
    return JSON.parse(localStorage.getItem(this.key))
  }

  #restore() {
    const kept = this.#kept
    if (kept?.base !== this.base || kept.text.trim() === lastQuestion()) return localStorage.removeItem(this.key)
    this.box.value = kept.text
    if (this.url) this.keepSoon()
  }

  #forgetOthers(ours) {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX) && !key.startsWith(ours)) localStorage.removeItem(key)
  }
}
