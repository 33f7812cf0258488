// Links from figures of an answer to the steps in which they also stand, and at the head of a step that
// the answer first appears there. Asked for once, when a reader turns to a finished answer. With a pointer
// they lie over the line and move nothing; on touch devices each moves what follows by its own width.

import { rangesIn } from "./finding.js"
import { parsed } from "./parsed.js"
import { fetchOurs } from "./sending.js"
import { steady } from "./steady.js"

const NO_PLACE = "pre, code, a, math, button"
const touch = matchMedia("(hover: none)")
const asked = new WeakSet()

// Between the edges of words; a figure is no part of a longer one.
const whole = (text) => new RegExp(`(?<![\\p{L}\\p{N}_.,])${text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}(?![\\p{L}\\p{N}_]|[.,]\\p{N})`, "gu")

const insert = (answer, chip) => {
  const [found] = rangesIn(answer, whole(chip.dataset.figure), NO_PLACE)
  if (!found) return
  const place = document.createRange()
  place.setStart(found.endContainer, found.endOffset)
  place.insertNode(chip)
}

// Its step may come with a later page of a long trace.
const flag = (trace, line) => {
  const put = () => {
    const head = document.getElementById(line.dataset.first)?.querySelector(".hd")
    head?.after(line)
    return Boolean(head)
  }
  if (put()) return
  new MutationObserver((_, observer) => { if (put()) observer.disconnect() }).observe(trace, { childList: true, subtree: true })
}

const ask = async (answer) => {
  const reply = answer?.closest("streaming-reply")
  if (!reply || reply.live || asked.has(answer) || !reply.trace || reply.trace.hasAttribute("data-empty")) return
  asked.add(answer)
  const response = await fetchOurs(answer.dataset.echoes).catch(() => null)
  // Without them nothing is missing: they are asked for again at the next turn to this answer.
  if (!response?.ok) return asked.delete(answer)
  const echoes = parsed(await response.text())
  const line = echoes.querySelector(".first-seen")
  for (const chip of [...echoes.querySelectorAll(".step-ref")]) insert(answer, chip)
  if (line) steady(reply, () => flag(reply.trace, line))
}

const turned = ({ target }) => ask(target.closest?.("[data-echoes]"))
for (const type of ["pointerover", "focusin", "touchstart"]) document.addEventListener(type, turned, { passive: true })

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting && touch.matches) ask(target)
})
const watch = () => { for (const answer of document.querySelectorAll("[data-echoes]:not([hidden])")) { seen.unobserve(answer); seen.observe(answer) } }
document.addEventListener("workings:drawn", ({ target }) => { if (!target.live) watch() })
watch()
