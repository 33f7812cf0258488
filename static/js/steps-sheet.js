// The outline of a narrow region, as a dialog from below. It is the same outline, lent to the sheet while
// that is open, so that steps which come in meanwhile are in it.

export const openSheet = ({ nav, trace }) => {
  const sheet = document.createElement("dialog")
  const outline = nav.querySelector(".in")
  sheet.className = "steps-sheet"
  sheet.ariaLabel = "Steps"
  sheet.dataset.measure = trace.dataset.measure
  sheet.append(outline)
  trace.append(sheet)
  const giveBack = () => { nav.append(outline); sheet.remove() }
  sheet.addEventListener("close", giveBack)
  sheet.addEventListener("click", ({ target }) => { if (target === sheet || target.closest("a")) sheet.close() })
  sheet.showModal()
}
