// About how many tokens a text is: the same estimate as the server's (chat/core/tokens.py).

const ASCII = /^[\x00-\x7f]*$/
const FIRST_WIDE = "\u2e80"
const PER_ASCII = 1 / 4
const PER_WIDE = 0.7
const PER_OTHER = 1 / 2.5

export const estimate = (text) => {
  if (ASCII.test(text)) return text.length * PER_ASCII
  let tokens = 0
  for (const character of text) tokens += character < "\x80" ? PER_ASCII : character >= FIRST_WIDE ? PER_WIDE : PER_OTHER
  return tokens
}
