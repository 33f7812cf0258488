// What is being written survives: kept with its conversation on the server, or on this device while
// there is no conversation yet.

import { post } from "./sending.js"

const EVERY = 800
const KEY = "workings:draft"

export class Draft {
  #timer = null

  constructor(box, url) {
    this.box = box
    this.url = url
    if (!url) box.value ||= localStorage.getItem(KEY) ?? ""
    box.addEventListener("input", () => this.keepSoon())
    addEventListener("pagehide", () => { if (this.#timer) this.keep() })
  }

  keepSoon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.keep(), EVERY)
  }

  keep() {
    this.wait()
    if (this.url) post(this.url, { text: this.box.value }, { keepalive: true }).catch(() => {})
    else localStorage.setItem(KEY, this.box.value)
  }

  // While it is being sent there is nothing to keep.
  wait() {
    clearTimeout(this.#timer)
    this.#timer = null
  }

  // The server lets go of its own when it takes the message.
  sent() {
    localStorage.removeItem(KEY)
  }
}
