// What is known of a catalog entry beside its columns, in Spark's words and order: the end of DESCRIBE EXTENDED, and SHOW TABLE EXTENDED.

import { isManaged, isView, redactStatement, type Table } from '@tributary/rules'
import { catalogName, type Place } from './look.ts'

/** Pairs of a word and its value. Where files lie is the service's business and not told. */
export async function detailsOf({ store }: Place, table: Table): Promise<readonly (readonly [string, string])[]> {
  return [
    ['Database', table.databaseName],
    ['Table', table.name],
    ['Owner', table.owner],
    ['Created Time', timeText(table.createdAt)],
    ['Last Access', 'UNKNOWN'],
    ['Created By', 'Tributary'],
    ['Type', tableType(table)],
    ...(isView(table) ? [] : [['Provider', table.using] as const]),
    ...(table.comment === '' ? [] : [['Comment', table.comment] as const]),
    ...viewDetails(table),
    ...listed('Table Properties', table.properties ?? {}),
    ...(await statistics({ store }, table)),
    ...listed('Storage Properties', table.options),
    ...(isPartitioned(table) ? [['Partition Provider', 'Catalog'] as const] : []),
  ]
}

/** `MANAGED`, `EXTERNAL` for a source table, `VIEW`. */
export function tableType(table: Table): 'MANAGED' | 'EXTERNAL' | 'VIEW' {
  return isView(table) ? 'VIEW' : isManaged(table) ? 'MANAGED' : 'EXTERNAL'
}

/** Whether a table has partitions. */
export function isPartitioned({ managed }: Table): boolean {
  return managed !== undefined && managed.partitionColumns.length > 0
}

function viewDetails({ view }: Table): readonly (readonly [string, string])[] {
  if (view === undefined) return []
  const query = redactStatement(view.query)
  return [
    ['View Text', query],
    ['View Original Text', query],
    ['View Catalog and Namespace', `${catalogName}.${view.currentDatabase}`],
    ['View Query Output Columns', `[${view.queryColumns.join(', ')}]`],
  ]
}

async function statistics({ store }: Pick<Place, 'store'>, table: Table): Promise<readonly (readonly [string, string])[]> {
  if (!isManaged(table) || table.managed.version === 0) return []
  const { bytes, rows } = await store.tableVersions.measure(table.id)
  return [['Statistics', `${bytes} bytes, ${rows} rows`]]
}

function listed(word: string, values: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const entries = Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return entries.length === 0 ? [] : [[word, `[${entries.map(([key, value]) => `${key}=${value}`).join(', ')}]`]]
}

/** As Java prints a date in UTC: `Sat Nov 21 16:14:04 UTC 2026`. */
function timeText(time: number): string {
  const [day = '', date = '', month = '', year = '', clock = ''] = new Date(time).toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${date} ${clock} UTC ${year}`
}
