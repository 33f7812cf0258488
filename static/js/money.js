// Dollars as the server writes them: two significant digits under a cent, to the cent above.

export const money = (dollars) => {
  if (dollars >= 0.01) return `$${dollars.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  return dollars ? `$${dollars.toLocaleString("en", { maximumSignificantDigits: 2, maximumFractionDigits: 20 })}` : "$0"
}
