// What the server says that is about no reply: by the type of the message.

export const NEWS = {
  title({ title }) {
    document.querySelector("[data-title]").textContent = title
    document.title = `${title} · Workings`
  },

  sidebar() {
    document.querySelector("side-bar").refresh()
  },

  preferences({ values }) {
    document.dispatchEvent(new CustomEvent("workings:preferences", { detail: values }))
  },

  // More is missing here than is worth sending.
  anew() {
    location.reload()
  },
}
