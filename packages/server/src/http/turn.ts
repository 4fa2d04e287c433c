// Sends answers in company: those that are ready in one turn of the event loop go out one right after the other.

let waiting: (() => void)[] = []

/**
 * Does something when every request that had come in by now has been looked at. Whoever waits for several answers is then woken once, not once for each,
 * and sends the next requests together; reads of one turn share one state of the database. A single caller waits some microseconds.
 * @param act - must not throw
 */
export function atEndOfTurn(act: () => void): void {
  if (waiting.push(act) === 1) setImmediate(endTurn)
}

function endTurn(): void {
  const acts = waiting
  waiting = []
  for (const act of acts) act()
}
