// The keyboard. Single keys work only outside fields, and only where they are switched on.

import { STEP_KEYS } from "./step-keys.js"

const FIELD = "input, textarea, select, [contenteditable]"

const page = () => document.querySelector("chat-page")
const composer = () => document.querySelector("chat-composer")
const somethingOpen = () => document.querySelector("[popover]:popover-open, dialog[open]:modal")
const turns = () => [...document.querySelectorAll(".turn")]

const focusedTurn = () => document.activeElement.closest?.(".turn") ?? turns().at(-1)
const traceOf = (turn) => turn?.querySelector("reasoning-trace")

const go = (step) => {
  const all = turns()
  const turn = all[Math.min(Math.max(all.indexOf(focusedTurn()) + step, 0), all.length - 1)]
  turn?.scrollIntoView()
  turn?.querySelector("summary, section.answer")?.focus({ preventScroll: true })
}

const foldAll = () => {
  const traces = [...document.querySelectorAll("reasoning-trace")]
  const open = !traces.some((trace) => trace.details.open)
  for (const trace of traces) { trace.setOpen(open); trace.dataset.wheel = "reader"; trace.touch() }
}

const reply = () => focusedTurn()?.querySelector("streaming-reply")
const press = (selector, within = reply()) => within?.querySelector(selector)?.click()

// Of the reply where it has several versions, else of the question.
const turnTo = (name) => {
  const turn = focusedTurn()
  const pager = turn?.querySelector("[data-pager=reply]") ?? turn?.querySelector("[data-pager=question]")
  press(`button[aria-label^="${name}"]:enabled`, pager)
}

const SINGLE = {
  a: () => document.querySelector("answer-now button:enabled")?.click(),
  r: () => press("form[action$='/retry/'] button"),
  e: () => press("[data-edit]", turns().at(-1)),
  "|": () => press("[data-compare]"),
  "[": () => turnTo("Previous version"),
  "]": () => turnTo("Next version"),
  c: () => focusedTurn()?.querySelector("[data-copy-url]")?.click(),
  t: () => traceOf(focusedTurn())?.querySelector("summary").click(),
  T: foldAll,
  j: () => go(1),
  k: () => go(-1),
  ...Object.fromEntries(Object.entries(STEP_KEYS).map(([key, act]) => [key, () => act(focusedTurn())])),
}

const WITH_MOD = {
  ".": () => composer()?.stop(),
  "\\": () => document.querySelector("side-bar")?.toggle(),
  k: () => document.querySelector("search-dialog")?.open(),
  ";": () => document.querySelector(".chip.model")?.click(),
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || !page()) return
  const mod = event.metaKey || event.ctrlKey
  if (mod && event.shiftKey && event.key.toLowerCase() === "o") run(event, () => location.assign("/"))
  else if (mod && WITH_MOD[event.key]) run(event, WITH_MOD[event.key])
  else if (event.key === "Escape" && !somethingOpen() && composer()?.running) run(event, () => composer().stop())
  else if (!mod && !event.altKey && SINGLE[event.key] && singleKeysWork(event.target)) run(event, SINGLE[event.key])
})

const singleKeysWork = (target) => document.body.dataset.singleKeys === "on" && !target.closest?.(FIELD) && !somethingOpen()

const run = (event, action) => {
  event.preventDefault()
  action()
}
