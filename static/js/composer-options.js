// What stands around the box: which model, how much thinking, and the options of this chat.

const LEAST = Math.log(256)
const MOST = Math.log(131072)

class ComposerOptions {
  constructor(form) {
    this.form = form
    form.addEventListener("change", this.#changed)
    form.addEventListener("input", this.#typed)
    form.querySelector("[data-filter]").addEventListener("keydown", this.#leftFilter)
    this.#showChanged()
    this.#warn()
    this.#placeSlider()
  }

  #changed = ({ target }) => {
    if (target.name === "model") this.#chose(target)
    this.#showChanged()
    this.#warn()
  }

  #chose(radio) {
    const row = radio.closest("label")
    const { facts, thinking, efforts } = row.dataset
    this.form.querySelector("[data-model-name]").textContent = radio.dataset.model
    this.form.querySelector("[data-model-facts]").textContent = facts.trim()
    const off = this.form.querySelector("[name=thinking][value=off]")
    off.disabled = thinking === "always"
    off.title = off.disabled ? `${radio.dataset.model} always thinks` : ""
    if (off.disabled && off.checked) this.form.querySelector("[name=thinking][value=auto]").checked = true
    this.#offer(efforts.split(" ").filter(Boolean))
    for (const place of this.form.querySelectorAll("[data-why]")) place.textContent = row.getAttribute(`data-why-${place.dataset.why}`)
  }

  // The effort stays where this model has it too.
  #offer(efforts) {
    const list = this.form.elements.effort
    const chosen = list.value
    const options = efforts.map((effort) => new Option(effort[0].toUpperCase() + effort.slice(1), effort))
    list.replaceChildren(list.options[0], ...options)
    list.value = efforts.includes(chosen) ? chosen : ""
  }

  #warn() {
    const floor = Number(this.form.querySelector("[name=model]:checked")?.closest("label").dataset.floor)
    const longest = Number(this.form.elements.max_tokens.value.replaceAll(",", ""))
    this.form.querySelector("#o-max-help").classList.toggle("warn", longest > 0 && longest < floor)
  }

  #typed = ({ target }) => {
    if (target.matches("[data-filter]")) return this.#filter(target.value)
    const box = target.dataset.logOf && this.form.querySelector(`#${target.dataset.logOf}`)
    if (!box) return
    const tokens = Math.exp(LEAST + (MOST - LEAST) * target.value / 100)
    box.value = Math.round(tokens / 256) * 256
    this.#warn()
  }

  #placeSlider() {
    const slider = this.form.querySelector("[data-log-of]")
    const tokens = Number(this.form.querySelector(`#${slider.dataset.logOf}`).value.replaceAll(",", "")) || 4096
    slider.value = 100 * (Math.log(tokens) - LEAST) / (MOST - LEAST)
  }

  #filter(words) {
    const wanted = words.toLowerCase()
    for (const row of this.form.querySelectorAll("#model-menu .mi")) row.hidden = !row.dataset.name.toLowerCase().includes(wanted)
  }

  // Down, or Enter, leads from the filter to what it found; Enter alone would send the message.
  #leftFilter = (event) => {
    if (event.key !== "ArrowDown" && event.key !== "Enter") return
    event.preventDefault()
    const found = [...this.form.querySelectorAll("#model-menu .mi:not([hidden]) input")]
    const place = event.key === "Enter" ? found[0] : found.find((radio) => radio.checked) ?? found[0]
    place?.focus()
    if (event.key === "Enter") place?.click()
  }

  #showChanged() {
    const value = (name) => this.form.elements[name]?.value
    const words = [value("effort") && `${value("effort")} effort`, value("temperature") && `t ${value("temperature")}`]
    const shown = words.filter(Boolean).join(", ")
    this.form.querySelector("[data-changed]").textContent = shown ? shown[0].toUpperCase() + shown.slice(1) : "Options"
  }
}

export const manageOptions = (form) => new ComposerOptions(form)
