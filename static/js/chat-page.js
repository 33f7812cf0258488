// `<chat-page>`: joins the socket to the replies on the page.

import { NEWS } from "./news.js"
import { PageSocket } from "./page-socket.js"
import { Pane } from "./pane.js"
import { replaceReply } from "./replacing.js"
import { setServerTime } from "./server-time.js"
import { steady } from "./steady.js"
import { Thread } from "./thread.js"
import { ToEnd } from "./to-end.js"
import { Windows } from "./windows.js"

const RESYNC = 300

class ChatPage extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.thread = new Thread(this.querySelector("#thread"))
    this.pane = new Pane(this)
    this.windows = new Windows(this)
    this.toEnd = new ToEnd(this)
    this.socket = new PageSocket(this.dataset.socket, this)
    this.addEventListener("workings:drawn", this.#drawn)
    this.addEventListener("htmx:beforeSwap", this.#sent)
    this.#begin()
    this.#runningChanged()
  }

  disconnectedCallback() {
    this.socket.close()
    this.windows.close()
  }

  // What the server says of replies, by type; `NEWS` has the rest

  hello({ now }) {
    setServerTime(now)
    this.sync()
    if (this.greeted) NEWS.sidebar()
    this.greeted = true
  }

  frame(frame) {
    const reply = this.thread.reply(frame.m)
    if (!reply && this.thread.detached) return
    if (!reply || reply.receive(frame) === "gap") this.#syncSoon()
  }

  reply({ m, html }) {
    const old = this.thread.reply(m)
    if (!old) return
    steady(old, () => replaceReply(old, html).rest())
    this.#drawn({ target: this.thread.reply(m) })
  }

  turn({ html }) {
    if (this.thread.detached) return null
    const turn = this.thread.add(html)
    this.#runningChanged()
    return turn
  }

  // Actions

  sync() {
    const title = this.querySelector("[data-title]").textContent
    this.socket.send({ type: "sync", title, ...this.thread.standing })
  }

  // Internal

  // A chat that has just been asked for looks as if it had been sent here.
  #begin() {
    if (this.windows.seek()) return
    const { running } = this.thread
    if (running && !running.answers) this.pane.bringToTop(running.closest("article"))
    else this.pane.showEnd()
  }

  #syncSoon() {
    this.resync ??= setTimeout(() => { this.resync = null; this.sync() }, RESYNC)
  }

  // The socket may bring a turn before the form's own answer does, so both take the same way.
  #sent = ({ target, detail }) => {
    if (target !== this.thread.root) return
    detail.shouldSwap = false
    if (!detail.serverResponse.includes("data-turn")) return
    if (this.thread.detached) return location.assign(location.pathname)
    this.pane.bringToTop(this.turn({ html: detail.serverResponse }))
    this.sync()
  }

  #drawn = ({ target }) => {
    this.pane.drawn(target)
    this.#runningChanged()
  }

  #runningChanged() {
    this.querySelector("chat-composer")?.setRunning(this.thread.running?.dataset.message ?? null)
  }
}

customElements.define("chat-page", ChatPage)
