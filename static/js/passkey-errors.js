// Says what went wrong with a passkey, which would otherwise only show in the console.
const SENTENCES = {
  NotAllowedError: "No passkey was used. It was cancelled, or took too long.",
  InvalidStateError: "This passkey is already registered here.",
  SecurityError: "Passkeys work on https:// and on http://localhost, not on a bare IP address.",
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault()
  const place = document.getElementById("passkey-error")
  place.textContent = SENTENCES[event.detail.exception.name] ?? "The passkey could not be used. Try again."
  place.hidden = false
})
