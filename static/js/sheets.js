// `<dialog id="sheet">`: a small form that the server drew, over the page. It goes when it was sent, and
// the focus goes back to where it was.

import { refusalIn, wasTaken } from "./sending.js"

const NOT_DONE = "This could not be done."

class Sheet {
  constructor(dialog) {
    this.dialog = dialog
    dialog.addEventListener("htmx:afterSwap", this.#drawn)
    dialog.addEventListener("close", this.#closed)
    dialog.addEventListener("click", this.#clicked)
    dialog.addEventListener("submit", ({ target }) => { if (!target.hasAttribute("hx-post")) setTimeout(() => this.close()) })
    document.addEventListener("htmx:afterRequest", this.#sent)
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal()
    this.dialog.querySelector("[autofocus]")?.focus()
  }

  close() {
    this.dialog.close()
  }

  // Internal

  // A menu that it was asked for in is closed by now: what opens that menu is the place to come back to.
  #drawn = ({ target, detail }) => {
    if (target !== this.dialog) return
    const menu = detail.requestConfig.elt.closest("[popover]")
    this.opener = menu ? `[popovertarget="${menu.id}"]` : null
    // What is in it works from the moment in which it is seen.
    window.htmx.process(this.dialog)
    this.open()
  }

  #closed = () => {
    setTimeout(() => (this.opener ? document.querySelector(this.opener) : null)?.focus())
  }

  #clicked = ({ target }) => {
    if (target === this.dialog || target.closest("[data-close-sheet]")) this.close()
  }

  // What was refused is said in the sheet itself.
  #sent = ({ target, detail }) => {
    if (!target.matches("form") || !this.dialog.contains(target)) return
    if (wasTaken(detail.xhr)) return this.close()
    target.querySelector(".error").textContent = refusalIn(detail.xhr, NOT_DONE)
  }
}

const dialog = document.getElementById("sheet")
if (dialog) new Sheet(dialog)
