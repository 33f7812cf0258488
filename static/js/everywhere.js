// What every page does: follows preferences that were changed here or in another tab, says which menu
// is open, and lets the space bar press what is called a button and is a link.

const EVENT = "workings:preferences"
const ON_ROOT = { theme: "theme", text_size: "textSize" }
const ON_BODY = {
  send_with: "sendWith", announce: "announce", single_keys: "singleKeys",
  show_time: "showTime", show_tokens: "showTokens", show_cost: "showCost",
}

// Switches are on or off in the page, as the server writes them there.
const word = (value) => (typeof value === "boolean" ? (value ? "on" : "off") : value)

document.addEventListener(EVENT, ({ detail }) => {
  for (const [name, key] of Object.entries(ON_ROOT)) if (name in detail) document.documentElement.dataset[key] = detail[name]
  for (const [name, key] of Object.entries(ON_BODY)) if (name in detail) document.body.dataset[key] = word(detail[name])
  const page = document.querySelector("chat-page")
  if (page && "thinking_opens" in detail) page.dataset.thinkingOpens = detail.thinking_opens
})

document.addEventListener("toggle", ({ target, newState }) => {
  if (!target.id || !target.popover) return
  const button = document.querySelector(`[popovertarget="${CSS.escape(target.id)}"]`)
  button?.setAttribute("aria-expanded", String(newState === "open"))
}, true)

document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches("a[role=button]")) return
  event.preventDefault()
  event.target.click()
})
