// HTML from the server as nodes.

export const parsed = (html) => {
  const template = document.createElement("template")
  template.innerHTML = html
  return template.content
}
