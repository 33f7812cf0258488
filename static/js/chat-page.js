// `<chat-page>`: joins the socket to the replies on the page.

import { PageSocket } from "./page-socket.js"
import { Pane } from "./pane.js"
import { replaceReply } from "./replacing.js"
import { setServerTime } from "./server-time.js"
import { steady } from "./steady.js"
import { Thread } from "./thread.js"

const RESYNC = 300

class ChatPage extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.thread = new Thread(this.querySelector("#thread"))
    this.pane = new Pane(this)
    this.socket = new PageSocket(this.dataset.socket, this)
    this.addEventListener("workings:drawn", this.#drawn)
    this.addEventListener("htmx:beforeSwap", this.#sent)
    this.#begin()
    this.#runningChanged()
  }

  disconnectedCallback() {
    this.socket.close()
  }

  // What the server says, by type

  hello({ now }) {
    setServerTime(now)
    this.sync()
    if (this.greeted) this.sidebar()
    this.greeted = true
  }

  frame(frame) {
    const reply = this.thread.reply(frame.m)
    if (!reply || reply.receive(frame) === "gap") this.#syncSoon()
  }

  reply({ m, html }) {
    const old = this.thread.reply(m)
    if (!old) return
    steady(old, () => replaceReply(old, html).rest())
    this.#drawn({ target: this.thread.reply(m) })
  }

  turn({ html }) {
    const turn = this.thread.add(html)
    this.#runningChanged()
    return turn
  }

  title({ title }) {
    this.querySelector("[data-title]").textContent = title
    document.title = `${title} · Workings`
  }

  sidebar() {
    this.querySelector("side-bar").refresh()
  }

  preferences({ values }) {
    document.dispatchEvent(new CustomEvent("workings:preferences", { detail: values }))
  }

  // Actions

  sync() {
    this.socket.send({ type: "sync", ...this.thread.standing })
  }

  // Internal

  // A chat that has just been asked for looks as if it had been sent here.
  #begin() {
    const { running } = this.thread
    if (running && !running.answers && !location.hash) this.pane.bringToTop(running.closest("article"))
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
