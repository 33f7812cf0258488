// Replaces a reply as a whole, to get right again, and carries over what is the reader's own:
// what is open, focus, selection, the place in the live window, and the wheel.

const KEPT = ["wheel", "told", "opened", "tried", "folded"]

const pathTo = (node, root) => {
  const path = []
  for (; node && node !== root; node = node.parentNode) path.unshift([...node.parentNode.childNodes].indexOf(node))
  return node ? path : null
}

const nodeAt = (path, root) => path.reduce((node, index) => node?.childNodes[index], root)

const selectionIn = (root) => {
  const selection = document.getSelection()
  if (selection.isCollapsed || !root.contains(selection.anchorNode) || !root.contains(selection.focusNode)) return null
  return [[pathTo(selection.anchorNode, root), selection.anchorOffset], [pathTo(selection.focusNode, root), selection.focusOffset]]
}

const restoreSelection = (kept, root) => {
  const ends = kept.map(([path, offset]) => [nodeAt(path, root), offset])
  if (ends.some(([node, offset]) => !node || offset > (node.length ?? node.childNodes.length))) return
  document.getSelection().setBaseAndExtent(...ends[0], ...ends[1])
}

export const replaceReply = (old, html) => {
  const template = document.createElement("template")
  template.innerHTML = html.trim()
  const fresh = template.content.firstElementChild
  const kept = selectionIn(old)
  const focus = old.contains(document.activeElement) ? pathTo(document.activeElement, old) : null
  const before = old.querySelector("reasoning-trace")
  const view = before?.querySelector(".view")
  const top = view?.scrollTop
  carryOver(before, fresh.querySelector("reasoning-trace"))
  fresh.saidStates = old.saidStates
  old.replaceWith(fresh)
  window.htmx?.process(fresh)
  if (view?.dataset.follow === "off") lookBack(fresh.querySelector("reasoning-trace"), top)
  if (kept) restoreSelection(kept, fresh)
  if (focus) refocus(nodeAt(focus, fresh), fresh)
  return fresh
}

const carryOver = (before, after) => {
  if (!before || !after) return
  if (before.hasAttribute("data-empty") && before.dataset.wheel === "auto") return
  for (const name of KEPT) if (before.dataset[name]) after.dataset[name] = before.dataset[name]
  if (!after.hasAttribute("data-empty")) after.querySelector("details").open = before.querySelector("details").open
}

const lookBack = (trace, top) => {
  if (!trace) return
  trace.window.follow(false)
  trace.window.view.scrollTop = top
}

const refocus = (node, reply) => {
  const home = node instanceof HTMLElement ? node : reply.querySelector("section[data-part=answer]")
  home.focus({ preventScroll: true })
}
