// Keeps a place in view while what is above it still gets its height: earlier turns come in, steps that were
// never drawn are. Only until the reader does anything, and not for long.

const LONG_ENOUGH = 1500
const DOES = ["wheel", "touchstart", "pointerdown", "keydown"]

export const stayAt = (place) => {
  const go = () => place.scrollIntoView({ block: "start" })
  const watch = new ResizeObserver(go)
  const done = () => {
    watch.disconnect()
    for (const type of DOES) removeEventListener(type, done, true)
  }
  go()
  watch.observe(place.closest(".thread") ?? place)
  for (const type of DOES) addEventListener(type, done, { capture: true, passive: true })
  setTimeout(done, LONG_ENOUGH)
}
