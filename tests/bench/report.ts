// The figures as a table for the terminal and as data for a file.

import { type Baseline, type Figure, isMet, isRate, median, ratios, short } from './harness.ts'

const columns = ['what', 'ours', 'baseline', 'ratio', 'goal'] as const

/** One table over all parts. The ratio is our speed as a share of the baseline's, median with least and most of the rounds. */
export function formatReport(parts: Readonly<Record<string, readonly Figure[]>>): string {
  const rows = Object.entries(parts).flatMap(([part, figures]) => figures.map((figure) => rowOf(part, figure)))
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((row) => (row[at] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join(' | ')
      .trimEnd()
  return [line(columns), widths.map((width) => '-'.repeat(width)).join('-|-'), ...rows.map(line)].join('\n')
}

function rowOf(part: string, figure: Figure): readonly string[] {
  const { what, unit, ours, baseline } = figure
  return [
    `${part}: ${what}`,
    ours.length === 0 ? 'no figure' : withUnit(median(ours), unit),
    baseline === undefined ? '' : `${baselineOf(baseline, unit)}  ${baseline.what}`,
    `${baseline?.isGivenUp === true ? '> ' : ''}${spread(ratios(figure))}`,
    goalOf(figure),
  ]
}

function baselineOf({ values, isGivenUp, why }: Baseline, unit: Figure['unit']): string {
  if (values.length === 0) return `no figure (${why ?? 'it did not answer'})`
  return `${isGivenUp === true ? '> ' : ''}${withUnit(median(values), unit)}`
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return ''
  const middle = median(values).toFixed(2)
  return values.length === 1 ? middle : `${middle} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`
}

function goalOf(figure: Figure): string {
  const { goal, unit } = figure
  if (goal === undefined) return ''
  const wanted = 'ratio' in goal ? `ratio >= ${goal.ratio}` : `${isRate(unit) ? '>=' : '<='} ${withUnit(goal.value, unit)}`
  const met = isMet(figure)
  return met === undefined ? wanted : `${wanted}: ${met ? 'met' : 'missed'}`
}

function withUnit(value: number, unit: Figure['unit']): string {
  return unit === '/s' ? `${short(value)}/s` : `${short(value)} ${unit}`
}

/** The figures with every round, medians and ratios worked out. */
export function reportData(parts: Readonly<Record<string, readonly Figure[]>>): readonly object[] {
  return Object.entries(parts).flatMap(([part, figures]) =>
    figures.map((figure) => ({
      part,
      ...figure,
      ...(figure.ours.length === 0 ? {} : { median: median(figure.ours) }),
      ...(ratios(figure).length === 0 ? {} : { ratio: median(ratios(figure)), ratios: ratios(figure) }),
      ...(figure.goal === undefined ? {} : { met: isMet(figure) }),
    })),
  )
}
