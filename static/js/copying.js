// Copy means copy the answer, as the Markdown that the model wrote; thinking only where it is named. Code
// blocks copy their code.

import { complain, say } from "./announcing.js"
import { write } from "./clipboard.js"
import { fetchOurs, whyNot } from "./sending.js"

const SAID_FOR = 2000
const COPIED = "Copied"
const SO_FAR = "Copied what there is so far"
const NOT_COPIED = "This could not be copied."
const NOT_ALLOWED = "The browser does not let this page copy. Select the text and copy it yourself."

const timers = new WeakMap()

const tell = (button, sentence) => {
  const label = button.querySelector("span") ?? button
  label.dataset.before ??= label.textContent
  label.textContent = sentence
  say(sentence)
  clearTimeout(timers.get(label))
  timers.set(label, setTimeout(() => { label.textContent = label.dataset.before }, SAID_FOR))
}

const codeIn = (button) => button.closest(".code").querySelector("pre").textContent

const copy = async (button, text, sentence = COPIED) => {
  try {
    await write(text)
  } catch {
    return complain(NOT_ALLOWED)
  }
  tell(button, sentence)
}

// From the menu too, the button beside it says what was done.
const copyText = async (button) => {
  const sentence = button.closest("streaming-reply")?.live ? SO_FAR : COPIED
  const request = fetchOurs(button.dataset.copyUrl)
  const reason = await whyNot(request, NOT_COPIED)
  if (reason !== null) return complain(reason)
  await copy(button.closest(".acts-row")?.querySelector(".copy") ?? button, await (await request).text(), sentence)
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-copy-url], [data-copy]")
  if (!button) return
  button.closest("[popover]")?.hidePopover()
  if (button.dataset.copyUrl) copyText(button)
  else copy(button, codeIn(button))
})
