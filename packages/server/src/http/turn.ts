// Sends answers in company: those that are ready in one turn of the event loop go out one right after the other.

let ending: Promise<void> | undefined

/**
 * Resolves when every request that had come in by now has been looked at. Whoever waits for several answers is then woken once, not once for each, and
 * reads of one turn share one state of the database. A single caller waits some microseconds.
 */
export function endOfTurn(): Promise<void> {
  ending ??= new Promise((resolve) => {
    setImmediate(() => {
      ending = undefined
      resolve()
    })
  })
  return ending
}
