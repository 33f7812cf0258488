// The turns on the page: found by their ids, added once, summed up for the server.

import { parsed } from "./parsed.js"

const replyIn = (node) => node?.querySelector("streaming-reply")?.id
const isSame = (one, other) => one.id === other.id && replyIn(one) === replyIn(other)
const isTurn = ({ localName }) => localName === "article"
const process = (nodes) => { for (const node of nodes) window.htmx?.process(node) }

export class Thread {
  constructor(root) {
    this.root = root
  }

  reply(message) {
    return this.root.querySelector(`#m-${CSS.escape(message)}`)
  }

  // The newest reply that is being written, or null.
  get running() {
    return this.#replies.findLast((reply) => reply.live) ?? null
  }

  // Whether newer turns than the last one here are not on the page.
  get detached() {
    return this.root.querySelector(".later") !== null
  }

  // How far the live replies are here, the first and the last reply, and the newest run: their ids sort by time.
  get standing() {
    const have = this.#replies.filter((reply) => reply.live).map(({ dataset }) => [dataset.generation, Number(dataset.seq)])
    const newest = this.#replies.map(({ dataset }) => dataset.generation).sort().at(-1) ?? null
    return { have: Object.fromEntries(have), ...this.ends, newest, later: this.detached }
  }

  get ends() {
    const replies = this.#replies
    return { first: replies[0]?.dataset.message ?? null, last: replies.at(-1)?.dataset.message ?? null }
  }

  // Ignored where the page has this turn already, with this version of its reply. It follows the reply that
  // is its parent, and what stood there goes. Returns the turn, or null where its parent is not here.
  add(html) {
    const fresh = parsed(html).querySelector("article")
    const old = document.getElementById(fresh.id)
    if (old && isSame(old, fresh)) return old
    if (!this.#hasParentOf(fresh)) return null
    for (const node of this.#after(fresh)) if (node !== old) node.remove()
    if (old) this.#replace(old, fresh)
    else this.root.append(fresh)
    process([fresh])
    return fresh
  }

  // Turns of another branch, that follow the reply which is the parent of the first of them; or all that are
  // to be on the page, where that is not here. Returns the first turn, and the one whose place it takes; and
  // what lets them have it.
  show(html) {
    const fresh = [...parsed(html).children]
    const turn = fresh.find(isTurn)
    const gone = !turn ? [] : this.#hasParentOf(turn) ? this.#after(turn) : [...this.root.children]
    const leave = () => {
      for (const node of gone) node.remove()
      this.root.append(...fresh)
      process(fresh)
    }
    return { turn, was: gone.find(isTurn), leave }
  }

  // The first turn of all has no parent.
  #hasParentOf({ dataset: { parent } }) {
    return !parent || this.reply(parent) !== null
  }

  // What stands below the parent of a turn. What says where the chat was branched from belongs to the turn
  // above it.
  #after({ dataset: { parent } }) {
    const nodes = [...this.root.children]
    const after = parent ? nodes.slice(nodes.indexOf(this.reply(parent).closest("article")) + 1) : nodes
    return after[0]?.matches(".origin") ? after.slice(1) : after
  }

  #replace(old, fresh) {
    fresh.toggleAttribute("data-on-top", old.hasAttribute("data-on-top"))
    fresh.style.cssText = old.style.cssText
    old.replaceWith(fresh)
  }

  get #replies() {
    return [...this.root.querySelectorAll("streaming-reply")]
  }
}
