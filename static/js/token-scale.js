// A scale beside a field of tokens, in steps that grow. It stands nowhere while the field is empty.

const LEAST = Math.log(256)
const MOST = Math.log(131072)
const USUAL = 4096
const STEP = 256

const number = (text) => Number(text.replaceAll(",", "")) || 0

// Returns what puts the handle where the field says, for when the model has changed.
export const keepScale = (form) => {
  const scale = form.querySelector("[data-log-of]")
  const field = form.querySelector(`#${scale.dataset.logOf}`)

  // An empty scale waits, unseen, where a value for this model would begin.
  const usual = () => Number(form.querySelector("[name=model]:checked")?.closest("label").dataset.floor) || USUAL

  const describe = () => {
    const tokens = number(field.value)
    scale.toggleAttribute("data-unset", !tokens)
    scale.setAttribute("aria-valuetext", tokens ? `${tokens.toLocaleString("en")} tokens` : "Not set")
  }

  const place = () => {
    scale.value = 100 * (Math.log(number(field.value) || usual()) - LEAST) / (MOST - LEAST)
    describe()
  }

  scale.addEventListener("input", () => {
    field.value = Math.round(Math.exp(LEAST + (MOST - LEAST) * scale.value / 100) / STEP) * STEP
    describe()
  })
  field.addEventListener("input", place)
  place()
  return place
}
