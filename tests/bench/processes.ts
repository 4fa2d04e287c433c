// What processes weigh and use, and who their children are, as Linux tells it under /proc; other systems tell nothing and the rows stay out.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** True where processes can be weighed and their time be read. */
export const canWeigh = process.platform === 'linux'

/** Memory of one process in MiB: `resident` counts shared pages whole, `proportional` shares them among those that map them. */
export interface Weight {
  readonly resident: number
  readonly proportional: number
}

/** @throws {Error} when there is no such process */
export function weigh(pid: number): Weight {
  return {
    resident: memberOf(`/proc/${pid}/status`, 'VmRSS'),
    proportional: memberOf(`/proc/${pid}/smaps_rollup`, 'Pss'),
  }
}

function memberOf(path: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(path, 'utf8'))?.[1]
  if (kib === undefined) throw new Error(`${path} has no ${name}`)
  return Number(kib) / 1024
}

/** The living children of a process, in the order of their ids. */
export function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' '))
    .filter((child) => child.trim() !== '')
    .map(Number)
    .sort((a, b) => a - b)
}

/** Forgets the most memory that a process had so far. @throws {Error} when there is no such process */
export function resetPeak(pid: number): void {
  // The 5 stands for the peak alone; see proc(5), clear_refs.
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** The most resident memory of a process since it began or since {@link resetPeak}, in MiB. @throws {Error} when there is no such process */
export function peakMiB(pid: number): number {
  return memberOf(`/proc/${pid}/status`, 'VmHWM')
}

// What Linux counts processor time in, on every processor that Node runs on.
const tickMs = 10

/** Processor time of a process so far, in ms: its own and the system's for it, without its children's. */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name stands in parentheses and may hold anything; user and system time are the 12th and 13th field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}
