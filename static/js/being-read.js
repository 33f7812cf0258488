// Whether somebody is in a region: points at it, selects in it, has the focus there. Or nobody looks at
// the page at all, and would not see where the text went.

export const isRead = (region) => {
  const selection = document.getSelection()
  const selecting = !selection.isCollapsed && selection.containsNode(region, true)
  return document.hidden || selecting || region.matches(":hover") || region.contains(document.activeElement)
}
