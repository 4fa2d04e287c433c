// What stands for a reading in the text of a query until its columns are known.

/** @param handle - of the reading */
export function placeholder(handle: string): string {
  return `⟦${handle}⟧`
}
