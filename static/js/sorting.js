// Tables whose columns sort by the buttons in their headers: by `data-value` where a cell has one, else by
// what it says. Again turns the order round.

const valueOf = (row, column) => {
  const { dataset, textContent } = row.cells[column]
  return "value" in dataset ? Number(dataset.value) : textContent.trim()
}

const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b) : a - b)

const sort = (table, header) => {
  const descending = header.ariaSort === "ascending" || (header.ariaSort !== "descending" && header.matches(".num"))
  const sign = descending ? -1 : 1
  const column = header.cellIndex
  for (const other of header.parentElement.cells) other.ariaSort = null
  header.ariaSort = descending ? "descending" : "ascending"
  const rows = [...table.tBodies[0].rows]
  rows.sort((a, b) => sign * compare(valueOf(a, column), valueOf(b, column)))
  table.tBodies[0].append(...rows)
}

document.addEventListener("click", ({ target }) => {
  const header = target.closest?.("[data-sortable] thead button")?.closest("th")
  if (header) sort(header.closest("table"), header)
})
