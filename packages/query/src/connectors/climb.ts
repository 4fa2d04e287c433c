// One rung of a climb to a source: tried, timed and told.

import { type Rung, type Text, textOf } from '@tributary/rules'

/** Tells one rung. */
export type Tell = (rung: Rung) => void

/**
 * Tries a step and tells how it went and how long it took.
 * @param step - says what came of it, for people
 * @throws what `step` throws, after it has been told
 */
export async function climb(tell: Tell, name: Rung['name'], step: () => Promise<Text>): Promise<void> {
  const start = performance.now()
  try {
    const detail = await step()
    tell({ name, ok: true, ms: performance.now() - start, detail })
  } catch (error) {
    tell({ name, ok: false, ms: performance.now() - start, detail: textOf(error) })
    throw error
  }
}
