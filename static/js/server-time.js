// The server owns the clock: browsers correct theirs by the offset that the socket's hello brings.

let offset = 0

export const setServerTime = (now) => { offset = now - Date.now() }

export const serverTime = () => Date.now() + offset
