// The ops that draw steps. Each has three places: its section in the text, its row in the outline, its
// mark on the ribbon. The first waits while the region is folded. `home`: the part that it belongs to.

import { parsed } from "./parsed.js"
import { append } from "./text-node.js"

const openStep = (home) => home.querySelector(":scope > .step:last-of-type")

// A step begins.
export const step = ({ trace }, home, index, section, row, mark) => {
  if (index < Number(home.dataset.begun ?? 0)) return
  home.dataset.begun = index + 1
  trace.body.change(() => home.append(parsed(section)))
  trace.steps.begin(parsed(row), parsed(mark))
}

// The kind and title of the open step are known; its text stays.
export const name = ({ trace }, home, index, section, row, mark) => {
  if (index !== Number(home.dataset.blocks)) return
  trace.body.change(() => rename(home, parsed(section).firstElementChild))
  trace.steps.rename(parsed(row), parsed(mark))
}

const rename = (home, fresh) => {
  const old = openStep(home)
  fresh.querySelector(".tx").replaceWith(old.querySelector(".tx"))
  old.replaceWith(fresh)
}

export const stepText = ({ trace }, home, added) => {
  trace.body.change(() => append(openStep(home).querySelector("[data-open]"), added))
  trace.steps.grow(added)
}

export const settleStep = ({ trace }, home, section, row, mark) => {
  trace.body.change(() => openStep(home).replaceWith(parsed(section)))
  trace.steps.close(parsed(row), parsed(mark))
}

// At the end, the times and tokens of each step, and how they read.
export const measures = ({ trace }, home, steps) => {
  for (const [anchor, ms, tokens, time, count] of steps) {
    trace.body.change(() => measure(document.getElementById(anchor), { ms, tokens }, time))
    trace.steps.measure(anchor, { ms, tokens }, time, count)
  }
}

const measure = (section, data, time) => {
  Object.assign(section.dataset, data)
  section.querySelector(".hd .d").textContent = time
}
