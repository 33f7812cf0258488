// The turns on the page: found by their ids, added once, summed up for the server.

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

  // How far the live replies are here, and the newest ids on the page: ids sort by time.
  get standing() {
    const have = this.#replies.filter((reply) => reply.live).map(({ dataset }) => [dataset.generation, Number(dataset.seq)])
    const ids = (name) => this.#replies.map(({ dataset }) => dataset[name]).sort()
    const messages = ids("message")
    const [first, last, newest] = [messages[0], messages.at(-1), ids("generation").at(-1)].map((id) => id ?? null)
    return { have: Object.fromEntries(have), first, last, newest, later: this.detached }
  }

  // Ignored where the page has this turn already, with this version of its reply. Returns the turn.
  add(html) {
    const template = document.createElement("template")
    template.innerHTML = html.trim()
    const fresh = template.content.querySelector("article")
    const old = document.getElementById(fresh.id)
    const same = old?.querySelector("streaming-reply")?.id === fresh.querySelector("streaming-reply")?.id
    if (old && same) return old
    this.root.querySelector(".empty")?.remove()
    if (old) this.#replace(old, fresh)
    else this.root.append(fresh)
    window.htmx?.process(fresh)
    return fresh
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
