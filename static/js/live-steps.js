// The outline and the ribbon of one region, while steps come in and afterwards. Of the open step the
// browser counts tokens and time itself, four times a second; closed ones come with their own.

import { estimate } from "./tokens.js"
import { serverTime } from "./server-time.js"

const EVERY = 250

export class LiveSteps {
  #tokens = 0
  #closed = 0

  constructor(trace) {
    this.trace = trace
    this.rows = trace.querySelector("[data-outline]")
    this.marks = trace.querySelector("[data-marks]")
    this.#closed = this.#sum()
    this.#tokens = estimate(trace.querySelector(".step [data-open]")?.textContent ?? "")
    this.#show()
  }

  // Tokens of thinking so far, about.
  get tokens() {
    return Math.round(this.#closed + this.#tokens)
  }

  get count() {
    return this.rows.childElementCount
  }

  begin(row, mark) {
    this.#tokens = 0
    this.rows.append(row)
    this.marks.append(mark)
    this.#changed()
  }

  rename(row, mark) {
    this.rows.lastElementChild.replaceWith(row)
    this.marks.lastElementChild.replaceWith(mark)
    this.#changed()
  }

  grow(text) {
    this.#tokens += estimate(text)
  }

  close(row, mark) {
    this.rename(row, mark)
    this.#closed += Number(this.rows.lastElementChild.dataset.tokens)
    this.#tokens = 0
    this.#most(this.rows.lastElementChild.dataset)
  }

  measure(anchor, data, time, count) {
    const row = this.rows.querySelector(`a[href="#${CSS.escape(anchor)}"]`)?.parentElement
    const mark = this.marks.querySelector(`[data-step="${CSS.escape(anchor)}"]`)
    if (!row || !mark) return
    Object.assign(row.dataset, data)
    Object.assign(mark.dataset, data)
    row.querySelector(".of-tokens").firstChild.data = count
    row.querySelector(".of-time").textContent = time
    mark.title = mark.title.replace(/ · [^·]* tokens · [^·]*$/, ` · ${count} tokens · ${time}`)
    this.#most(row.dataset)
  }

  // While it thinks.
  start() {
    this.timer ??= setInterval(() => this.#show(), EVERY)
  }

  stop() {
    clearInterval(this.timer)
    this.timer = null
  }

  #sum() {
    return [...this.rows.children].reduce((sum, { dataset }) => sum + Number(dataset.tokens ?? 0), 0)
  }

  // The longest step is what all rows are drawn against, so it is told only where it is another.
  #most({ ms, tokens }) {
    const { dataset } = this.rows
    if (Number(tokens) > Number(dataset.mostTokens)) dataset.mostTokens = tokens
    if (Number(ms) > Number(dataset.mostMs)) dataset.mostMs = ms
  }

  #changed() {
    this.trace.dispatchEvent(new CustomEvent("workings:steps", { bubbles: true }))
    this.#show()
  }

  #show() {
    const row = this.rows.lastElementChild
    if (!row || !("began" in row.dataset)) return
    const started = Number(this.trace.closest("streaming-reply")?.dataset.started)
    const ms = Math.max(0, serverTime() - started - Number(row.dataset.began))
    const tokens = Math.round(this.#tokens)
    Object.assign(row.dataset, { tokens, ms: Math.round(ms) })
    Object.assign(this.marks.lastElementChild.dataset, { tokens, ms: Math.round(ms) })
    row.querySelector(".of-tokens").textContent = tokens.toLocaleString("en")
    row.querySelector(".of-time").textContent = `${(ms / 1000).toFixed(1)} s`
    const phase = this.trace.querySelector("summary .phase")
    const title = row.querySelector(".t").textContent
    if (phase && phase.textContent !== title) phase.textContent = title
  }
}
