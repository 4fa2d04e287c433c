// A file system of a few megabytes that a test may fill, where the system lets us mount one.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A mounted file system. Disposing it takes it away with everything on it. */
export interface SmallDisk extends Disposable {
  readonly path: string
  /** Leaves no more than so many bytes free. @throws {Error} where others write faster than it fills */
  fill(leftBytes: number): void
  /** Takes back what {@link fill} took. */
  free(): void
}

/** Why there is none here; empty where there is. */
export function whyNoSmallDisk(): string {
  if (process.platform !== 'linux') return 'a small file system is mounted on Linux alone'
  try {
    mountSmallDisk(1)[Symbol.dispose]()
    return ''
  } catch {
    return 'mounting needs root'
  }
}

/** @throws {Error} where mounting is refused */
export function mountSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'tributary-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', path], { stdio: 'ignore' })
  } catch (error) {
    rmdirSync(path)
    throw error
  }
  const filler = join(path, 'filler')
  return {
    path,
    fill: (leftBytes) => fill(path, filler, leftBytes),
    free: () => rmSync(filler, { force: true }),
    [Symbol.dispose]: () => {
      execFileSync('umount', ['--lazy', path])
      rmdirSync(path)
    },
  }
}

/** Others may write between the look and the writing; what did not fit has then filled the disk, and is measured once more where room is to be left. */
function fill(path: string, filler: string, leftBytes: number, attempts = 10): void {
  rmSync(filler, { force: true })
  const { bavail, bsize } = statfsSync(path)
  try {
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC' || attempts === 1) throw error
    if (leftBytes > 0) fill(path, filler, leftBytes, attempts - 1)
  }
}
