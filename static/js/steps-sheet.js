// The outline and the tools of a narrow region, as a dialog from below. They are the same ones, lent to the
// sheet while that is open, so that steps which come in meanwhile are in it.

export const openSheet = ({ nav, trace }) => {
  const sheet = document.createElement("dialog")
  const outline = nav.querySelector(".in")
  sheet.className = "steps-sheet"
  sheet.ariaLabel = "Steps"
  sheet.dataset.measure = trace.dataset.measure
  const menu = trace.querySelector(".trace-menu")
  const tools = menu.querySelector(".items")
  sheet.append(outline, tools)
  trace.append(sheet)
  const giveBack = () => { nav.append(outline); menu.append(tools); sheet.remove() }
  sheet.addEventListener("close", giveBack)
  sheet.addEventListener("click", ({ target }) => { if (target === sheet || target.closest("a")) sheet.close() })
  sheet.showModal()
}
