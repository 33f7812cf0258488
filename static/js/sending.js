// Talks to our own server: with the token that proves that the page is ours, and as a script, so that
// where something cannot be done the answer is a sentence and never a page.

const UNREACHED = "Check the connection, then try again."

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]

export const fetchOurs = (url, { headers, ...options } = {}) =>
  fetch(url, { headers: { "HX-Request": "true", ...headers }, ...options })

export const post = (url, fields = {}, options = {}) =>
  fetchOurs(url, {
    method: "POST",
    headers: { "X-CSRFToken": token() },
    body: new URLSearchParams(fields),
    ...options,
  })

// A redirect to a new chat is a success too, though htmx calls it neither that nor a failure.
export const wasTaken = ({ status }) => status >= 200 && status < 300

// Whether the page has outlived its session, by a status.
export const hasExpired = (status) => status === 401 || status === 403

// The server's own sentence where it sent one, else what failed and what to do.
const sentenceOf = (type, text, failed) => (type?.startsWith("text/plain") ? text : `${failed} ${UNREACHED}`)

export const refusalIn = (xhr, failed) => sentenceOf(xhr.getResponseHeader("Content-Type"), xhr.responseText, failed)

// Null where all went well.
export const whyNot = async (request, failed) => {
  const response = await request.catch(() => null)
  if (response?.ok) return null
  return sentenceOf(response?.headers.get("Content-Type"), await response?.text(), failed)
}
