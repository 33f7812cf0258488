// Copy means copy the answer, as the Markdown that the model wrote; code blocks copy their code.

import { complain, say } from "./announcing.js"
import { write } from "./clipboard.js"
import { fetchOurs, whyNot } from "./sending.js"

const SAID_FOR = 2000
const NOT_COPIED = "The answer could not be copied."
const NOT_ALLOWED = "The browser does not let this page copy. Select the text and copy it yourself."

const tell = (button) => {
  const label = button.querySelector("span") ?? button
  const before = label.textContent
  label.textContent = "Copied"
  say("Copied")
  setTimeout(() => { label.textContent = before }, SAID_FOR)
}

const codeIn = (button) => button.closest(".code").querySelector("pre").textContent

const copy = async (button, text) => {
  try {
    await write(text)
  } catch {
    return complain(NOT_ALLOWED)
  }
  tell(button)
}

const copyAnswer = async (button) => {
  const request = fetchOurs(button.dataset.copyUrl)
  const reason = await whyNot(request, NOT_COPIED)
  if (reason === null) await copy(button, await (await request).text())
  else complain(reason)
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-copy-url], [data-copy]")
  if (!button || button.textContent.trim() === "Copied") return
  if (button.dataset.copyUrl) copyAnswer(button)
  else copy(button, codeIn(button))
})
