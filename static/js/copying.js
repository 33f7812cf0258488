// Copy means copy the answer, as the Markdown that the model wrote; code blocks copy their code.

import { say } from "./announcing.js"

const SAID_FOR = 2000

const write = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const box = Object.assign(document.createElement("textarea"), { value: text, className: "vh" })
  document.body.append(box)
  box.select()
  document.execCommand("copy")
  box.remove()
}

const tell = (button) => {
  const label = button.querySelector("span") ?? button
  const before = label.textContent
  label.textContent = "Copied"
  say("Copied")
  setTimeout(() => { label.textContent = before }, SAID_FOR)
}

const textFor = async (button) => {
  if (button.dataset.copyUrl) return (await fetch(button.dataset.copyUrl)).text()
  return button.closest(".code").querySelector("pre").textContent
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy-url], [data-copy]")
  if (!button || button.textContent.trim() === "Copied") return
  await write(await textFor(button))
  tell(button)
})
