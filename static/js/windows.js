// A long chat is on the page in part: what is above and below comes in as the reader gets there, and a
// link to what is not here loads the page around it. Nothing on screen moves when turns come in above.

import { complain } from "./announcing.js"
import { parsed } from "./parsed.js"
import { fetchOurs } from "./sending.js"
import { stayAt } from "./staying.js"
import { keepInPlace } from "./steady.js"

const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/
const NOT_HERE = "What this link leads to is not in this conversation."

export class Windows {
  constructor(page) {
    this.page = page
    this.root = page.querySelector("#thread")
    this.scroller = page.querySelector(".scroll")
    page.addEventListener("htmx:beforeSwap", this.#arrived)
    addEventListener("hashchange", this.#hashChanged)
  }

  close() {
    removeEventListener("hashchange", this.#hashChanged)
  }

  // Whether the page was asked for at some place in it, which is then in view or on its way.
  seek() {
    const wanted = location.hash.match(ID)?.[0] ?? this.root.dataset.at
    if (!wanted) return false
    const place = document.getElementById(location.hash.slice(1)) ?? document.querySelector(`#m-${wanted}, #turn-${wanted}`)
    if (place) stayAt(place)
    else this.#load(wanted)
    return place !== null
  }

  // Internal

  // A page around the message; of a version that is not shown one on which it can be looked at.
  async #load(message) {
    const address = `${location.pathname}?show=${message}`
    const isHere = new URLSearchParams(location.search).get("show") === message
    const response = isHere ? null : await fetchOurs(address).catch(() => null)
    if (response?.ok) location.replace(address + location.hash)
    else complain(NOT_HERE)
  }

  #hashChanged = () => {
    this.seek()
  }

  #arrived = ({ target, detail }) => {
    if (!target.matches(".edge") || !detail.shouldSwap) return
    detail.shouldSwap = false
    const focused = target.contains(document.activeElement)
    const fresh = [...parsed(detail.serverResponse).children]
    keepInPlace(() => target.replaceWith(...fresh))
    for (const element of fresh) window.htmx.process(element)
    if (focused) (fresh.find((element) => element.matches(".edge"))?.querySelector("a") ?? this.scroller).focus({ preventScroll: true })
    this.page.sync()
  }
}
