// The keyboard. Which keys there are says the server's table, the rows of `#keys`; a script says with
// `act` what the row of a name does. Single keys work only in the conversation, and only where they are
// switched on.

const FIELD = "input, textarea, select, [contenteditable]"
const BETWEEN_KEYS = 1200

const actions = new Map()
const table = document.getElementById("keys")

// `run` does what the row says; `when` tells whether there is anything to do it to.
export const act = (name, run, when = () => true) => actions.set(name, { run, when })

const somethingOpen = () => document.querySelector("[popover]:popover-open, dialog[open]:modal")

const rows = () => [...(table?.querySelectorAll("[data-act]") ?? [])]

const works = (row) => {
  if ("elsewhere" in row.dataset) return true
  if ("single" in row.dataset && document.body.dataset.singleKeys !== "on") return false
  return actions.get(row.dataset.act)?.when() ?? false
}

// As the table writes it. What Shift or AltGr makes of a key is the key; of a letter Shift is held.
const pressed = (event) => {
  const digit = event.altKey && event.code.match(/^Digit(\d)$/)
  const key = digit ? digit[1] : event.key === "Escape" ? "esc" : event.key.toLowerCase()
  const plain = event.getModifierState("AltGraph")
  const held = [
    !plain && (event.metaKey || event.ctrlKey) && "ctrl",
    !plain && event.altKey && "alt",
    isShifted(event, key) && "shift",
  ]
  return [...held.filter(Boolean), key].join("+")
}

const isShifted = (event, key) =>
  /^\p{L}$/u.test(key) && (event.shiftKey || (event.key !== key && !event.getModifierState("CapsLock")))

const inConversation = (target) =>
  !target.closest?.(FIELD) && (target === document.body || target.closest?.(".scroll") != null)

const allowed = (row, target) => {
  if ("single" in row.dataset) return inConversation(target) && !somethingOpen()
  return row.dataset.act !== "stop" || !somethingOpen()
}

let before = ""
let forget = null

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || !event.key) return
  const keys = pressed(event)
  const found = (row) => [keys, before && `${before} ${keys}`].includes(row.dataset.keys)
  const row = rows().filter(found).sort((a, b) => b.dataset.keys.length - a.dataset.keys.length)[0]
  clearTimeout(forget)
  before = inConversation(event.target) ? keys : ""
  forget = setTimeout(() => { before = "" }, BETWEEN_KEYS)
  if (!row || "elsewhere" in row.dataset || !works(row) || !allowed(row, event.target)) return
  event.preventDefault()
  actions.get(row.dataset.act).run()
})

// Lists what works here and now.
act("keys", () => {
  for (const row of rows()) row.hidden = !works(row)
  table.showModal()
})

table?.addEventListener("click", ({ target }) => {
  if (target === table || target.closest("[data-close-keys]")) table.close()
})
