// A click on an example of an empty chat writes it into the box, to be sent or changed.

document.addEventListener("click", ({ target }) => {
  const example = target.closest?.(".example")
  if (example) document.querySelector("chat-composer").fill(example.textContent)
})
