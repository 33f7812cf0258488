// One websocket for the page, that comes back by itself. The run goes on at the server meanwhile.
// A connection may die without a word (sleep, another network), so it is asked for a sign of life.

import { NEWS } from "./news.js"

const BEAT = 10000
const WAITS = [500, 1000, 2000, 4000, 8000]
const SIGNED_OUT = 4401
const GONE = 4404
const OFFLINE_AFTER = 20000
const RECONNECTING = "Reconnecting. The run goes on at the server; missed text arrives when the connection is back."
const OFFLINE = "You are offline. The run continues on the server."

export class PageSocket {
  #tries = 0
  #closed = false
  #lostAt = 0
  #asked = false
  #leaving = false

  constructor(path, page) {
    this.url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`
    this.page = page
    addEventListener("online", this.#now)
    addEventListener("offline", this.#drop)
    document.addEventListener("visibilitychange", this.#now)
    document.addEventListener("submit", this.#submitted)
    this.beat = setInterval(this.#askForLife, BEAT)
    this.#open()
  }

  close() {
    this.#closed = true
    clearTimeout(this.timer)
    clearInterval(this.beat)
    removeEventListener("online", this.#now)
    removeEventListener("offline", this.#drop)
    document.removeEventListener("visibilitychange", this.#now)
    document.removeEventListener("submit", this.#submitted)
    this.socket.close()
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message))
  }

  #open() {
    this.#asked = false
    this.socket = new WebSocket(this.url)
    this.socket.onmessage = ({ data }) => this.#message(JSON.parse(data))
    this.socket.onclose = ({ code }) => this.#lost(code)
  }

  #askForLife = () => {
    if (this.socket.readyState !== WebSocket.OPEN) return
    if (this.#asked) return this.#drop()
    this.#asked = true
    this.send({ type: "ping" })
  }

  // Its closing would take as long as the network needs, so nobody waits for that.
  #drop = () => {
    if (this.socket.readyState > WebSocket.OPEN) return
    this.socket.onmessage = this.socket.onclose = null
    this.socket.close()
    this.#lost()
  }

  #message(message) {
    this.#asked = false
    if (message.type === "hello") {
      this.#tries = 0
      this.#lostAt = 0
      this.#say("")
    }
    const heard = message.type in NEWS ? NEWS : this.page
    heard[message.type]?.(message)
  }

  #lost(code) {
    if (this.#closed || (this.#leaving && code === SIGNED_OUT)) return
    if (code === SIGNED_OUT) return location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`)
    if (code === GONE) return location.assign("/")
    this.#lostAt ||= Date.now()
    const away = Date.now() - this.#lostAt
    if (this.#tries) this.#say(away > OFFLINE_AFTER ? OFFLINE : RECONNECTING)
    const wait = WAITS[Math.min(this.#tries++, WAITS.length - 1)]
    this.timer = setTimeout(() => this.#open(), wait * (0.75 + Math.random() / 2))
  }

  // A form that the browser sends itself is on its way to another page, as signing out is: going anywhere
  // else meanwhile would break it off.
  #submitted = ({ defaultPrevented }) => {
    this.#leaving = !defaultPrevented
  }

  #now = () => {
    if (document.hidden) return
    if (this.socket.readyState <= WebSocket.OPEN) return this.#askForLife()
    clearTimeout(this.timer)
    this.#open()
  }

  #say(sentence) {
    const said = document.getElementById("said")
    if (!said || (!sentence && said.dataset.kind !== "info")) return
    said.textContent = sentence
    if (sentence) said.dataset.kind = "info"
    else delete said.dataset.kind
  }
}
