// The field over the models: shows those whose names hold what is typed, and leads on to them.

export const filterModels = (menu) => {
  const field = menu.querySelector("[data-filter]")
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase()
    for (const row of menu.querySelectorAll(".mi")) row.hidden = !row.dataset.name.toLowerCase().includes(wanted)
  })

  // Down, or Enter, leads from the filter to what it found; Enter alone would send the message.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "Enter") return
    event.preventDefault()
    const found = [...menu.querySelectorAll(".mi:not([hidden]) input")]
    const place = event.key === "Enter" ? found[0] : found.find((radio) => radio.checked) ?? found[0]
    place?.focus()
    if (event.key === "Enter") place?.click()
  })
}
