// What every page does: follows preferences that were changed here or in another tab.

const EVENT = "workings:preferences"
const ON_ROOT = { theme: "theme", text_size: "textSize" }
const ON_BODY = { send_with: "sendWith", announce: "announce" }

document.addEventListener(EVENT, ({ detail }) => {
  for (const [name, key] of Object.entries(ON_ROOT)) if (name in detail) document.documentElement.dataset[key] = detail[name]
  for (const [name, key] of Object.entries(ON_BODY)) if (name in detail) document.body.dataset[key] = detail[name]
  if ("single_keys" in detail) document.body.dataset.singleKeys = detail.single_keys ? "on" : "off"
  const page = document.querySelector("chat-page")
  if (page && "thinking_opens" in detail) page.dataset.thinkingOpens = detail.thinking_opens
})

document.addEventListener("toggle", ({ target, newState }) => {
  if (!target.id || !target.popover) return
  const button = document.querySelector(`[popovertarget="${CSS.escape(target.id)}"]`)
  button?.setAttribute("aria-expanded", String(newState === "open"))
}, true)
