// The ops of a frame, by the name they have there. Settled HTML is appended, open HTML replaced, and
// text goes into text nodes and is never read as HTML. Each op returns how many lines it adds.

const LONG_LINE = 60

export const applyOps = (reply, ops) => {
  let lines = 0
  for (const [name, ...args] of ops) lines += OPS[name](reply, ...args) ?? 0
  return lines
}

export const parsed = (html) => {
  const template = document.createElement("template")
  template.innerHTML = html
  return template.content
}

const partOf = (reply, position) => reply.querySelector(`[data-position="${Number(position)}"]`)
const openOf = (part) => part?.querySelector(":scope > [data-open]")
const thinks = (part) => part.dataset.part === "thinking"

// A part opens. `joined`: it goes on where an earlier run of the same reply was cut.
const part = (reply, position, kind, joined = false) => {
  if (partOf(reply, position)) return
  const home = reply.querySelector(kind === "thinking" ? ".trace" : "section[data-part=answer]")
  if (!home) return
  home.hidden = false
  const fresh = document.createElement("div")
  const open = document.createElement("div")
  Object.assign(fresh.dataset, { part: kind, position, blocks: 0 })
  if (joined && home.querySelector("[data-position]")) fresh.className = "joined"
  open.dataset.open = ""
  open.dir = "auto"
  fresh.append(open)
  home.append(fresh)
}

const settle = (reply, position, index, html) => {
  const home = partOf(reply, position)
  if (!home || index < Number(home.dataset.blocks)) return
  const open = openOf(home)
  open.before(parsed(html))
  open.replaceChildren()
  home.dataset.blocks = index + 1
  return thinks(home) ? 1 : 0
}

const open = (reply, position, html) => {
  openOf(partOf(reply, position))?.replaceChildren(parsed(html))
}

const text = (reply, position, added) => {
  const home = partOf(reply, position)
  const block = openOf(home)
  if (!block) return
  const growing = block.querySelector("[data-grow]") ?? block
  if (growing.lastChild?.nodeType === Node.TEXT_NODE) growing.lastChild.appendData(added)
  else growing.append(added)
  return thinks(home) ? added.split("\n").length - 1 || Number(added.length > LONG_LINE) : 0
}

const slot = (reply, name, html) => {
  const home = reply.querySelector(`[data-slot="${CSS.escape(name)}"]`)
  if (!home) return
  home.replaceChildren(parsed(html))
  window.htmx?.process(home)
}

const OPS = { part, settle, open, text, slot }
