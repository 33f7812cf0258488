// The ops of a frame, by the name they have there. Settled HTML is appended, open HTML replaced, and
// text goes into text nodes and is never read as HTML.

import { parsed } from "./parsed.js"
import { measures, name, settleStep, step, stepText } from "./step-ops.js"
import { append } from "./text-node.js"

export const applyOps = (reply, ops) => {
  for (const [op, ...args] of ops) OPS[op](reply, ...args)
}

const partOf = (reply, position) => reply.querySelector(`[data-position="${Number(position)}"]`)
const openOf = (part) => part?.querySelector(":scope > [data-open]")

const part = (reply, position, kind) => {
  if (partOf(reply, position)) return
  const home = reply.querySelector(kind === "answer" ? "section[data-part=answer]" : ".trace")
  if (!home) return
  home.hidden = false
  const fresh = document.createElement("div")
  Object.assign(fresh.dataset, { part: kind, position, blocks: 0 })
  reply.removeAttribute("data-blank")
  if (kind === "answer") fresh.append(openBlock())
  home.append(fresh)
}

const openBlock = () => {
  const open = document.createElement("div")
  open.dataset.open = ""
  open.dir = "auto"
  return open
}

// A block of the answer is final, or, with its row in the outline and its mark on the ribbon, a step.
const settle = (reply, position, index, html, ...rest) => {
  const home = partOf(reply, position)
  if (!home || index < Number(home.dataset.blocks)) return
  home.dataset.blocks = index + 1
  if (rest.length) return settleStep(reply, home, html, ...rest)
  const open = openOf(home)
  open.before(parsed(html))
  open.replaceChildren()
}

const open = (reply, position, html) => {
  openOf(partOf(reply, position))?.replaceChildren(parsed(html))
}

const text = (reply, position, added) => {
  const home = partOf(reply, position)
  if (!home) return
  if (home.dataset.part !== "answer") return stepText(reply, home, added)
  const block = openOf(home)
  append(block.querySelector("[data-grow]") ?? block, added)
}

const slot = (reply, name, html) => {
  const home = reply.querySelector(`[data-slot="${CSS.escape(name)}"]`)
  if (!home) return
  const focused = home.contains(document.activeElement)
  const menu = home.querySelector(":popover-open")?.id
  home.replaceChildren(parsed(html))
  window.htmx?.process(home)
  if (menu) reopen(home, menu)
  else if (focused) reply.querySelector("summary, section[data-part=answer]")?.focus({ preventScroll: true })
}

// Nobody loses the menu that they are in.
const reopen = (home, menu) => home.querySelector(`[popovertarget="${CSS.escape(menu)}"]`)?.click()

const inPart = (op) => (reply, position, ...args) => {
  const home = partOf(reply, position)
  if (home) op(reply, home, ...args)
}

const OPS = { part, settle, open, text, slot, step: inPart(step), name: inPart(name), measures: inPart(measures) }
