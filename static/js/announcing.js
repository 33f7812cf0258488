// The only voices of the page: a status for turning points, an alert for what must not be missed.

import { serverTime } from "./server-time.js"

const WORDS = {
  thinking: "Thinking",
  tool: "Using a tool",
  answering: "Answering",
  stopped: "Stopped. What had arrived was kept.",
  waiting: "Waiting for the provider.",
}
const URGENT = {
  truncated: "The reply was cut off.",
  failed: "The reply failed.",
  interrupted: "The reply was interrupted.",
}

const PROGRESS_EVERY = 30
const LOOK_EVERY = 1000

export const say = (sentence) => { document.getElementById("announcer").textContent = sentence }

const alarm = (sentence) => { document.getElementById("alerts").textContent = sentence }

// What could not be done is said above the box too; nothing at all takes it back.
export const complain = (sentence) => {
  const said = document.getElementById("said")
  said.textContent = sentence
  delete said.dataset.kind
  if (sentence) alarm(sentence)
}

// Thinking and answering are said once a reply, however often a tool interrupts them.
export const sayState = (state, reply) => {
  if (document.body.dataset.announce === "off") return
  const said = (reply.saidStates ??= new Set())
  if (said.has(state)) return
  said.add(state)
  if (state === "done") say(`Answer ready, ${wordsIn(reply)} words`)
  else if (URGENT[state]) alarm(URGENT[state])
  else if (WORDS[state]) say(WORDS[state])
}

const wordsIn = (reply) => {
  const text = reply.querySelector("[data-part=answer]").textContent.replace("Answer", "").trim()
  return text ? text.split(/\s+/).length : 0
}

const spoken = (seconds) => {
  const minutes = Math.floor(seconds / 60)
  const parts = [minutes && `${minutes} minute${minutes > 1 ? "s" : ""}`, seconds % 60 && `${seconds % 60} seconds`]
  return parts.filter(Boolean).join(" ")
}

// For those who asked for it: how long the thinking goes on.
let told = 0
setInterval(() => {
  if (document.body.dataset.announce !== "30s") return
  const reply = document.querySelector("streaming-reply[data-state=thinking]")
  const seconds = reply ? Math.floor((serverTime() - Number(reply.dataset.started)) / 1000) : 0
  const now = seconds - (seconds % PROGRESS_EVERY)
  if (now > told) say(`Still thinking, ${spoken(now)}.`)
  told = now
}, LOOK_EVERY)
