// `<chat-page>`: joins the socket to the replies on the page, and keeps the pane where it should be.

import { PageSocket } from "./page-socket.js"
import { replaceReply } from "./replacing.js"
import { setServerTime } from "./server-time.js"
import { steady } from "./steady.js"

const RESYNC = 300

class ChatPage extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.pane = this.querySelector(".scroll")
    this.thread = this.querySelector("#thread")
    this.socket = new PageSocket(this.dataset.socket, this)
    this.pane.addEventListener("scroll", this.#scrolled, { passive: true })
    this.addEventListener("workings:drawn", this.#drawn)
    this.addEventListener("htmx:afterSwap", this.#swapped)
    this.addEventListener("click", this.#example)
    this.#showEnd()
    this.#runningChanged()
  }

  disconnectedCallback() {
    this.socket.close()
  }

  // What the server says, by type

  hello({ now }) {
    setServerTime(now)
    this.sync()
  }

  frame(frame) {
    const reply = this.#reply(frame.m)
    if (!reply || reply.receive(frame) === "gap") this.#syncSoon()
  }

  reply({ m, html }) {
    const old = this.#reply(m)
    if (old) steady(old, () => replaceReply(old, html))
    this.#runningChanged()
  }

  turn({ turn, html }) {
    const template = document.createElement("template")
    template.innerHTML = html.trim()
    const fresh = template.content.querySelector("article")
    const old = document.getElementById(`turn-${turn}`)
    const same = old?.querySelector("streaming-reply")?.id === fresh.querySelector("streaming-reply")?.id
    if (same) return
    this.querySelector(".empty")?.remove()
    if (old) old.replaceWith(fresh)
    else this.thread.append(fresh)
    window.htmx?.process(fresh)
    this.#runningChanged()
  }

  title({ title }) {
    this.querySelector("[data-title]").textContent = title
    document.title = `${title} · Workings`
  }

  sidebar() {
    window.htmx?.ajax("GET", "/sidebar/", { target: "#sidebar", swap: "innerHTML" })
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

  #swapped = ({ target }) => {
    if (target.id !== "thread") return
    this.querySelector(".empty")?.remove()
    this.#bringToTop(this.thread.lastElementChild)
    this.#runningChanged()
    this.sync()
  }

  // On send the question goes to the top of the pane; a spacer gives room, and only shrinks.
  #bringToTop(turn) {
    const room = this.pane.clientHeight - turn.offsetHeight - 96
    this.style.setProperty("--spacer", `${Math.max(0, room)}px`)
    this.spacer = Math.max(0, room)
    this.base = turn.offsetHeight
    this.turn = turn
    this.pane.scrollTop += turn.getBoundingClientRect().top - this.pane.getBoundingClientRect().top - 16
  }

  #drawn = () => {
    if (this.turn?.isConnected) {
      const room = Math.max(0, this.pane.clientHeight - this.turn.offsetHeight - 96)
      if (room < this.spacer) { this.spacer = room; this.style.setProperty("--spacer", `${room}px`) }
    }
    if (this.atEnd && this.running?.dataset.state === "answering" && !this.spacer) this.pane.scrollTop = this.pane.scrollHeight
    this.#runningChanged()
  }

  #scrolled = () => {
    this.atEnd = this.pane.scrollHeight - this.pane.scrollTop - this.pane.clientHeight < 24
  }

  #showEnd() {
    if (!location.hash) this.pane.scrollTop = this.pane.scrollHeight
    this.#scrolled()
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
