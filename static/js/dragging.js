// A chat is dragged into a folder, out of it, or among the pinned ones. Its menu does the same.

const KIND = "text/x-workings-chat"

const requestFor = (drop) => (drop === "pin" ? ["pin/", { pinned: "on" }] : ["move/", { folder: drop === "out" ? "" : drop }])

export const makeDraggable = (list) => {
  const over = (target) => {
    for (const place of list.querySelectorAll("[data-over]")) if (place !== target) place.removeAttribute("data-over")
    target?.setAttribute("data-over", "")
  }

  list.addEventListener("dragstart", ({ target, dataTransfer }) => {
    const row = target.closest?.("[data-drag]")
    if (!row) return
    dataTransfer.setData(KIND, row.dataset.drag)
    dataTransfer.effectAllowed = "move"
  })
  list.addEventListener("dragover", (event) => {
    const place = event.target.closest("[data-drop]")
    if (!place || !event.dataTransfer.types.includes(KIND)) return over(null)
    event.preventDefault()
    over(place)
  })
  list.addEventListener("dragend", () => over(null))
  list.addEventListener("dragleave", ({ relatedTarget }) => { if (!list.contains(relatedTarget)) over(null) })
  list.addEventListener("drop", (event) => {
    const address = event.dataTransfer.getData(KIND)
    const place = event.target.closest("[data-drop]")
    over(null)
    if (!address || !place) return
    event.preventDefault()
    const [path, values] = requestFor(place.dataset.drop)
    window.htmx.ajax("POST", address + path, { source: "#sidebar", target: "#sidebar", swap: "innerHTML", values })
  })
}
