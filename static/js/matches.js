// What was found of a query, in which regions, and at which match the reader is.

import { stepOf } from "./find-marks.js"
import { Finder, patternOf } from "./finding.js"
import { loadAll } from "./more-steps.js"

export class Matches {
  ranges = []
  #at = -1
  #finder = null

  // With all of the text: also what is drawn only when somebody gets there.
  async over(traces) {
    this.traces = traces
    for (const trace of traces) trace.body.release()
    await Promise.all(traces.map(loadAll))
  }

  get now() {
    return this.ranges[this.#at] ?? null
  }

  // "3 of 12"; empty where nothing was looked for.
  get count() {
    if (!this.#finder) return ""
    return this.ranges.length ? `${this.#at + 1} of ${this.ranges.length.toLocaleString("en")}` : "No matches"
  }

  // The first match that is not above this element is the current one, else the last.
  search(query, matchCase, element) {
    const pattern = patternOf(query, matchCase)
    this.#finder = pattern && new Finder(pattern)
    this.refresh()
    const steps = [...new Set(this.ranges.map(stepOf))]
    const ahead = new Set(steps.slice(steps.findIndex((step) => isAhead(step, element))))
    this.#at = this.ranges.findIndex((range) => ahead.has(stepOf(range)))
  }

  // Text has come in, at the end.
  refresh() {
    this.ranges = this.#finder ? this.traces.flatMap((trace) => this.#finder.in(trace)) : []
  }

  go(by) {
    const { length } = this.ranges
    if (length) this.#at = (this.#at + by + length) % length
  }
}

const isAhead = (step, element) =>
  element.compareDocumentPosition(step) & Node.DOCUMENT_POSITION_FOLLOWING && step.getBoundingClientRect().bottom > element.getBoundingClientRect().bottom
