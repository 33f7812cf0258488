// `<queued-message>`: what waits above the box to be sent when the reply has ended. The server keeps it, and
// says when it changed; its *Edit* puts it back into the box.

import { say } from "./announcing.js"
import { fetchOurs, wasTaken } from "./sending.js"

const QUEUED = "Queued. It is sent when this reply has ended."

class QueuedMessage extends HTMLElement {
  // Lifecycle

  connectedCallback() {
    this.addEventListener("htmx:afterRequest", this.#answered)
    this.addEventListener("htmx:afterSwap", () => this.#composer.box.focus())
  }

  // Actions

  // Of several requests at once the last one counts.
  async refresh() {
    const request = (this.request = fetchOurs(this.dataset.url))
    const response = await request.catch(() => null)
    if (response?.ok && request === this.request) this.show(await response.text())
  }

  show(html) {
    const template = document.createElement("template")
    template.innerHTML = html.trim()
    const waited = this.childElementCount > 0
    if (template.content.firstElementChild?.isEqualNode(this.firstElementChild)) return
    const focused = this.contains(document.activeElement)
    this.replaceChildren(template.content)
    window.htmx?.process(this)
    if (focused) this.#composer.box.focus()
    const held = this.querySelector(".held .why")
    if (held) say(held.textContent)
    else if (!waited && this.childElementCount) say(QUEUED)
  }

  // Internal

  get #composer() {
    return document.querySelector("chat-composer")
  }

  #answered = ({ target, detail }) => {
    if (!target.matches("[data-take-back]") || !wasTaken(detail.xhr)) return
    const { box } = this.#composer
    this.#composer.fill([detail.xhr.responseText, box.value].filter(Boolean).join("\n\n"))
    this.refresh()
  }
}

customElements.define("queued-message", QueuedMessage)
