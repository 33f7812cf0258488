// What the keys of the chat page do.

import { act } from "./keys.js"
import { STEP_KEYS } from "./step-keys.js"

const THINKING = "reasoning-trace:not([data-empty])"

const composer = () => document.querySelector("chat-composer")
const turns = () => [...document.querySelectorAll(".turn")]
const traces = () => [...document.querySelectorAll("reasoning-trace")]

// The turn that is meant: the one with the focus, else the last.
const focusedTurn = () => document.activeElement.closest?.(".turn") ?? turns().at(-1)

const inTurn = (selector) => focusedTurn()?.querySelector(selector)

const presses = (name, find) => {
  act(name, () => find().click(), () => find() != null && !find().disabled)
}

// Of the reply where it has several versions, else of the question.
const pagerButton = (name) =>
  (inTurn("[data-pager=reply]") ?? inTurn("[data-pager=question]"))?.querySelector(`[aria-label^="${name}"]`)

const go = (step) => {
  const all = turns()
  const turn = all[Math.min(Math.max(all.indexOf(focusedTurn()) + step, 0), all.length - 1)]
  turn.scrollIntoView()
  turn.querySelector("summary, section.answer")?.focus({ preventScroll: true })
}

const foldAll = () => {
  const open = !traces().some((trace) => trace.details.open)
  for (const trace of traces()) { trace.setOpen(open); trace.dataset.wheel = "reader"; trace.touch() }
}

const chooseThinking = (mode) => {
  const choice = () => document.querySelector(`.thought [value="${mode}"]`)
  act(`think-${mode}`, () => choice().click(), () => choice() != null && !choice().disabled)
}

const answerNow = () => document.querySelector("answer-now button:enabled")
const running = () => Boolean(composer()?.running)
const anyTurn = () => turns().length > 0

act("stop", () => composer().stop(), running)
act("stop-at-once", () => composer().stop(), running)
act("new-chat", () => location.assign("/"))
act("chats", () => location.assign("/"))
act("models", () => document.querySelector(".chip.model").click(), () => composer() !== null)
act("sidebar", () => document.querySelector("side-bar").toggle())
act("next-turn", () => go(1), anyTurn)
act("previous-turn", () => go(-1), anyTurn)
act("fold-all", foldAll, () => traces().length > 0)
presses("copy", () => inTurn(".copy"))
presses("copy-thinking", () => inTurn('[data-copy-url$="of=thinking"]'))
presses("fold", () => inTurn("reasoning-trace summary"))
presses("edit", () => turns().at(-1)?.querySelector("[data-edit]"))
presses("regenerate", () => inTurn("form[action$='/retry/'] button"))
presses("compare", () => inTurn("[data-compare]"))
presses("previous-version", () => pagerButton("Previous version"))
presses("next-version", () => pagerButton("Next version"))
act("search", () => document.querySelector("search-dialog").open())
act("answer-now", () => answerNow().click(), () => answerNow() !== null)
const WHEN = { link: anyTurn, follow: () => running() && inTurn(THINKING) != null }

for (const [name, run] of Object.entries(STEP_KEYS)) {
  act(name, () => run(focusedTurn()), WHEN[name] ?? (() => inTurn(THINKING) != null))
}
for (const mode of ["auto", "on", "off"]) chooseThinking(mode)
