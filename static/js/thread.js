// The turns on the page: found by their ids, added once, summed up for the server.

const parsed = (html) => {
  const template = document.createElement("template")
  template.innerHTML = html.trim()
  return template.content
}

const replyIn = (node) => node?.querySelector("streaming-reply")?.id
const isSame = (one, other) => one !== undefined && other !== undefined && one.id === other.id && replyIn(one) === replyIn(other)

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

  // How far the live replies are here, the last reply of the branch, and the newest run: their ids sort by time.
  get standing() {
    const have = this.#replies.filter((reply) => reply.live).map(({ dataset }) => [dataset.generation, Number(dataset.seq)])
    const newest = this.#replies.map(({ dataset }) => dataset.generation).sort().at(-1) ?? null
    return { have: Object.fromEntries(have), last: this.leaf, newest }
  }

  // The id of the last reply, with which the branch that is shown ends.
  get leaf() {
    return this.#replies.at(-1)?.dataset.message ?? null
  }

  // Ignored where the page has this turn already, with this version of its reply. It follows the reply that
  // is its parent, and what stood there goes. Returns the turn, or null where its parent is not here.
  add(html) {
    const fresh = parsed(html).querySelector("article")
    const old = document.getElementById(fresh.id)
    if (old && isSame(old, fresh)) return old
    const { parent } = fresh.dataset
    const before = parent ? this.reply(parent)?.closest("article") : null
    if (before === undefined) return null
    this.root.querySelector(".empty")?.remove()
    for (const turn of this.#after(before)) if (turn !== old) turn.remove()
    if (old) this.#replace(old, fresh)
    else this.root.append(fresh)
    window.htmx?.process(fresh)
    return fresh
  }

  // Another branch. The turns that it shares with this one stay as they are. Returns the first that does not,
  // and the one whose place it takes; neither where nothing is different.
  show(html) {
    const fresh = [...parsed(html).children]
    const old = [...this.root.children]
    const from = fresh.findIndex((node, n) => !isSame(old[n], node))
    const first = from < 0 ? fresh.length : from
    const gone = old.slice(first)
    const [turn, was] = [fresh.slice(first), gone].map((nodes) => nodes.find(({ localName }) => localName === "article"))
    const leave = () => {
      for (const node of gone) node.remove()
      this.root.append(...fresh.slice(first))
      for (const node of fresh.slice(first)) window.htmx?.process(node)
    }
    return { turn, was, leave }
  }

  #after(before) {
    const turns = [...this.root.querySelectorAll("article")]
    return turns.slice(turns.indexOf(before) + 1)
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
