// Which branch of the conversation the page shows: what the server says is shown, here or in another tab.

import { complain } from "./announcing.js"
import { fetchOurs, wasTaken, whyNot } from "./sending.js"

const NOT_SHOWN = "The other version could not be shown."

const placeIn = (turn) => turn?.querySelector("reasoning-trace:not([data-empty]) summary, section.answer:not([hidden])")

export class Branches {
  #pressed = null

  // `changed`: called when other turns stand on the page.
  constructor(page, changed) {
    this.page = page
    this.changed = changed
    this.url = page.dataset.turns
    page.addEventListener("htmx:configRequest", this.#asked)
    page.addEventListener("htmx:beforeSwap", this.#answered)
  }

  // A turn that was asked for, here or elsewhere. Returns it, or null where it belongs to another branch, or
  // below what is on the page.
  add(html) {
    const { thread } = this.page
    const turn = thread.add(html)
    if (turn) this.#changedTo(turn)
    else if (!thread.detached) this.fetch()
    return turn
  }

  // Of several requests at once the last one counts.
  async fetch() {
    if (!this.url) return
    const request = (this.request = fetchOurs(`${this.url}?${new URLSearchParams(this.#ends)}`))
    const reason = await whyNot(request, NOT_SHOWN)
    if (reason !== null || request !== this.request) return
    this.show(await (await request).text())
  }

  // Where the first turn that differs begins, the other begins too; and whoever was in the one that goes is in
  // the other, on the same pager where they were on one.
  show(html) {
    const { scroller } = this.page.pane
    const { turn, was, leave } = this.page.thread.show(html)
    const top = was?.getBoundingClientRect().top
    const focused = was?.contains(document.activeElement) ? document.activeElement : null
    leave()
    if (turn && was) scroller.scrollTop += turn.getBoundingClientRect().top - top
    if (focused) this.#refocus(turn, focused)
    this.#changedTo(turn)
    this.page.sync()
  }

  get #ends() {
    const { first, last } = this.page.thread.ends
    return last ? { first, last } : {}
  }

  // The place that the address named is no longer what is looked at. Whoever pressed something that has gone is
  // in the turn that came of it.
  #changedTo(turn) {
    if (location.search) history.replaceState(history.state, "", location.pathname + location.hash)
    this.changed()
    if (turn && document.activeElement === document.body && this.#pressed?.isConnected === false) placeIn(turn)?.focus({ preventScroll: true })
  }

  // Of the other branch only what differs from this page is asked for.
  #asked = ({ target, detail }) => {
    this.#pressed = target
    if (detail.path.endsWith("/show/")) Object.assign(detail.parameters, this.#ends)
  }

  // What a form of the page was answered with. The socket may bring a turn before that, so both take one way.
  // Where another branch was only looked at, what was done has made it the one that is shown.
  #answered = ({ target, detail }) => {
    if (target !== this.page.thread.root) return
    detail.shouldSwap = false
    if (!wasTaken(detail.xhr)) return
    if (!this.url) return location.assign(location.pathname)
    const { serverResponse: html, requestConfig: { path } } = detail
    if (path.endsWith("/show/")) return this.show(html)
    if (!html.includes("data-turn")) return this.page.querySelector("queued-message")?.show(html)
    const turn = this.add(html)
    if (turn) this.page.pane.bringToTop(turn)
    else if (this.page.thread.detached) return location.assign(location.pathname)
    this.page.sync()
  }

  #refocus(turn, focused) {
    const button = focused.closest("[data-pager] button")
    const pager = button && turn?.querySelector(`[data-pager="${button.closest("[data-pager]").dataset.pager}"]`)
    const same = pager?.querySelector(`button[aria-label="${button.getAttribute("aria-label")}"]:enabled`)
    const place = same ?? pager?.querySelector("button:enabled") ?? placeIn(turn)
    place?.focus({ preventScroll: true })
  }
}
