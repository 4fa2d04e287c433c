// How much memory the bodies of requests may take, where nobody has said.

const mebibyte = 2 ** 20
/** Of the bodies of all requests in flight, where there is room for it. */
const mostBytes = 192 * mebibyte
/** What a server without work takes, and one engine process that nobody uses. */
const restBytes = 160 * mebibyte
/** A body is read as text and as values while its bytes are still there. */
const shareOfWhatIsLeft = 1 / 3

/**
 * What bodies may take of a machine or its container: 192 MiB, in a small container a third of what the server itself leaves; one of the largest fits always.
 * @param memoryBytes - of the container, or of the machine
 * @param largestBodyBytes - the most that one body may have
 */
export function bodyMemoryOf(memoryBytes: number, largestBodyBytes: number): number {
  const share = Math.floor((memoryBytes - restBytes) * shareOfWhatIsLeft)
  return Math.max(largestBodyBytes, Math.min(mostBytes, share))
}
