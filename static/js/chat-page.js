// `<chat-page>`: joins the socket to the replies on the page.

import { PageSocket } from "./page-socket.js"
import { Pane } from "./pane.js"
import { replaceReply } from "./replacing.js"
import { setServerTime } from "./server-time.js"
import { steady } from "./steady.js"

const RESYNC = 300

class ChatPage extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.thread = this.querySelector("#thread")
    this.pane = new Pane(this)
    this.socket = new PageSocket(this.dataset.socket, this)
    this.addEventListener("workings:drawn", this.#drawn)
    this.addEventListener("htmx:beforeSwap", this.#sent)
    this.addEventListener("click", this.#example)
    this.pane.showEnd()
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
    const reply = this.#reply(frame.m)
    if (!reply || reply.receive(frame) === "gap") this.#syncSoon()
  }

  reply({ m, html }) {
    const old = this.#reply(m)
    if (!old) return
    steady(old, () => replaceReply(old, html).rest())
    this.#drawn()
  }

  // Ignored where the page has this turn already, with this version of its reply.
  turn({ html }) {
    const template = document.createElement("template")
    template.innerHTML = html.trim()
    const fresh = template.content.querySelector("article")
    const old = document.getElementById(fresh.id)
    const same = old?.querySelector("streaming-reply")?.id === fresh.querySelector("streaming-reply")?.id
    if (old && same) return old
    this.querySelector(".empty")?.remove()
    if (old) old.replaceWith(fresh)
    else this.thread.append(fresh)
    window.htmx?.process(fresh)
    this.#runningChanged()
    return fresh
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
    const replies = [...this.querySelectorAll("streaming-reply")]
    const have = Object.fromEntries(replies.filter((r) => r.live).map((r) => [r.dataset.generation, Number(r.dataset.seq)]))
    const newest = replies.map((r) => r.dataset.generation).sort().at(-1) ?? null
    const last = replies.map((r) => r.dataset.message).sort().at(-1) ?? null
    this.socket.send({ type: "sync", have, last, newest })
  }

  get running() {
    return [...this.querySelectorAll("streaming-reply")].findLast((reply) => reply.live) ?? null
  }

  // Internal

  #reply(message) {
    return this.querySelector(`#m-${CSS.escape(message)}`)
  }

  #syncSoon() {
    this.resync ??= setTimeout(() => { this.resync = null; this.sync() }, RESYNC)
  }

  // The socket may bring a turn before the form's own answer does, so both take the same way.
  #sent = ({ target, detail }) => {
    if (target !== this.thread) return
    detail.shouldSwap = false
    if (!detail.serverResponse.includes("data-turn")) return
    this.pane.bringToTop(this.turn({ html: detail.serverResponse }))
    this.sync()
  }

  #drawn = () => {
    this.pane.drawn(this.running)
    this.#runningChanged()
  }

  #runningChanged() {
    this.querySelector("chat-composer")?.setRunning(this.running?.dataset.message ?? null)
  }

  #example = ({ target }) => {
    const example = target.closest?.(".example")
    if (example) this.querySelector("chat-composer").fill(example.textContent)
  }
}

customElements.define("chat-page", ChatPage)
