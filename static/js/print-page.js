// A page to print has a button that prints it, where scripts run.

const button = document.querySelector("[data-print]")
button.hidden = false
button.addEventListener("click", () => print())
