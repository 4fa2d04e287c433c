// The findings of a long run as a table for the terminal.

import type { Finding } from './verdict.ts'

/** One line for each finding; those that are not met stand out. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = (of: (finding: Finding) => string): number => Math.max(0, ...findings.map((finding) => of(finding).length))
  const [what, seen] = [width((finding) => finding.what), width((finding) => finding.seen)]
  return findings
    .map((finding) => `${finding.isMet ? 'met   ' : 'NOT   '}${finding.what.padEnd(what)}  ${finding.seen.padEnd(seen)}  ${finding.bound}`)
    .join('\n')
}
