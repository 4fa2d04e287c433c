// Works and answers in company: what requests of one turn of the event loop ask is worked on together, then what is ready goes out together.

let works: (() => void)[] = []
let sends: (() => void)[] = []
let isDue = false

/**
 * Does the work of a request when every request that had come in by now has been looked at. The same code and the same pages of the database are then
 * used over and over while a processor has them at hand, and reads of one turn share one state of the database. A single caller waits some microseconds.
 * @param work - must not throw
 */
export function workInTurn(work: () => void): void {
  works.push(work)
  endTurnSoon()
}

/**
 * Sends an answer when the works of the turn are done. Whoever waits for several answers is then woken once, not once for each, and sends the next
 * requests together.
 * @param send - must not throw
 */
export function sendInTurn(send: () => void): void {
  sends.push(send)
  endTurnSoon()
}

function endTurnSoon(): void {
  if (isDue) return
  isDue = true
  setImmediate(endTurn)
}

/** What works have ready goes out with the rest; what they begin only now has its own turn. */
function endTurn(): void {
  const due = works
  works = []
  for (const work of due) work()
  const ready = sends
  sends = []
  isDue = works.length > 0
  if (isDue) setImmediate(endTurn)
  for (const send of ready) send()
}
