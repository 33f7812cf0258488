// What stands around the box: which model, how much thinking, and the options of this chat.

import { filterModels } from "./model-filter.js"
import { keepScale } from "./token-scale.js"

// The mode that a kind of model does not have, and why.
const NOT_FOR = { always: ["off", "always thinks"], never: ["on", "does not think"] }
const NEVER_SENT = "Not sent"

class ComposerOptions {
  constructor(form) {
    this.form = form
    this.placeScale = keepScale(form)
    filterModels(form.querySelector("#model-menu"))
    form.addEventListener("change", this.#changed)
    form.addEventListener("input", this.#warn)
    this.#showChanged()
    this.#warn()
  }

  get #row() {
    return this.form.querySelector("[name=model]:checked")?.closest("label")
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
    this.#allow(thinking, radio.dataset.model)
    this.#offer(efforts.split(" ").filter(Boolean))
    for (const place of this.form.querySelectorAll("[data-why]")) place.textContent = row.getAttribute(`data-why-${place.dataset.why}`)
    this.placeScale()
  }

  // A model that cannot be told to think, or not to, is left to itself.
  #allow(thinking, name) {
    const [refused, why] = NOT_FOR[thinking] ?? []
    for (const mode of this.form.querySelectorAll("[name=thinking]")) {
      mode.disabled = mode.value === refused
      mode.title = mode.disabled ? `${name} ${why}` : ""
      if (mode.disabled && mode.checked) this.form.querySelector("[name=thinking][value=auto]").checked = true
    }
  }

  // The effort stays where this model has it too.
  #offer(efforts) {
    const list = this.form.elements.effort
    const chosen = list.value
    const options = efforts.map((effort) => new Option(effort[0].toUpperCase() + effort.slice(1), effort))
    list.replaceChildren(list.options[0], ...options)
    list.value = efforts.includes(chosen) ? chosen : ""
  }

  #warn = () => {
    const floor = Number(this.#row?.dataset.floor)
    const longest = Number(this.form.elements.max_tokens.value.replaceAll(",", ""))
    this.form.querySelector("#o-max-help").classList.toggle("warn", longest > 0 && longest < floor)
  }

  #showChanged() {
    const value = (name) => this.form.elements[name]?.value
    const temperature = this.#sendsTemperature() && value("temperature")
    const words = [value("effort") && `${value("effort")} effort`, temperature && `t ${temperature}`]
    const shown = words.filter(Boolean).join(", ")
    this.form.querySelector("[data-changed]").textContent = shown ? shown[0].toUpperCase() + shown.slice(1) : "Options"
  }

  // Never to some models, and to some others only where thinking is off.
  #sendsTemperature() {
    const why = this.#row?.dataset.whyTemperature
    if (!why) return true
    return !why.startsWith(NEVER_SENT) && this.form.elements.thinking.value === "off"
  }
}

export const manageOptions = (form) => new ComposerOptions(form)
