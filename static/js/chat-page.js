// `<chat-page>`: joins the socket to the replies on the page.

import { Branches } from "./branches.js"
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
  #elsewhere = new Set()

  // Lifecycle

  connectedCallback() {
    this.thread = new Thread(this.querySelector("#thread"))
    this.pane = new Pane(this)
    this.windows = new Windows(this)
    this.toEnd = new ToEnd(this)
    this.branches = new Branches(this, this.#turned)
    this.socket = new PageSocket(this.dataset.socket, this)
    this.addEventListener("workings:drawn", this.#drawn)
    this.#begin()
    this.#runningChanged()
  }

  disconnectedCallback() {
    this.socket.close()
    this.windows.close()
  }

  // What the server says of replies, by type; `NEWS` has the rest

  // Since the page was drawn a message may have been queued, or have been sent.
  hello({ now }) {
    setServerTime(now)
    this.sync()
    if (this.greeted) NEWS.sidebar()
    if (this.greeted || this.thread.running || this.querySelector(".queued")) this.queued()
    this.greeted = true
  }

  // What is written on another branch is of no concern, once the server has been asked whether it is one.
  frame(frame) {
    const reply = this.thread.reply(frame.m)
    if (!reply && (this.thread.detached || this.#elsewhere.has(frame.m))) return
    if (!reply) this.#elsewhere.add(frame.m)
    if (!reply || reply.receive(frame) === "gap") this.#syncSoon()
  }

  reply({ m, html }) {
    const old = this.thread.reply(m)
    if (!old) return
    steady(old, () => replaceReply(old, html).rest())
    this.#drawn({ target: this.thread.reply(m) })
  }

  turn({ html }) {
    this.branches.add(html)
  }

  branch({ leaf }) {
    if (leaf !== this.thread.ends.last) this.branches.fetch()
  }

  queued() {
    this.querySelector("queued-message")?.refresh()
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

  // Other turns stand on the page.
  #turned = () => {
    this.#elsewhere.clear()
    this.toEnd.look()
    this.#runningChanged()
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
