// A row of the sidebar turns into a field. Enter renames, Escape and leaving do not.

const LEAVES_AFTER = 200
const LONGEST = 200

export const rename = (button) => {
  const row = button.closest("li")
  const link = row.querySelector("a, .name")
  const place = link.closest("form") ?? link
  const form = formFor(button, link)
  const input = form.querySelector("input")
  button.closest("[popover]").hidePopover()
  place.hidden = true
  place.before(form)
  window.htmx.process(form)
  input.select()
  const leave = () => { form.remove(); place.hidden = false }
  const left = () => { if (form.isConnected && !form.matches(".htmx-request")) leave() }
  input.addEventListener("blur", () => setTimeout(left, LEAVES_AFTER))
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return
    event.stopPropagation()
    leave()
    link.focus()
  })
}

const formFor = (button, link) => {
  const form = document.createElement("form")
  const input = document.createElement("input")
  Object.assign(input, { name: "title", value: link.title, maxLength: LONGEST, required: true })
  input.setAttribute("aria-label", "Title")
  form.className = "rename"
  form.append(input)
  form.setAttribute("hx-post", button.dataset.rename)
  form.setAttribute("hx-target", "#sidebar")
  return form
}
