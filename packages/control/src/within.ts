// Patience with work that goes on whether anybody waits for it or not.

/** Waits for the end of some work, at most so long. @returns whether it ended in time @throws what the work throws meanwhile */
export async function within(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, timeoutMs, false)
  const inTime = await Promise.race([promise.then(() => true), late])
  clearTimeout(timer)
  return inTime
}
