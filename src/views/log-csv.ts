/** The log as a table for a spreadsheet. */
import type { LogRow } from '../ledger/read-log.ts'
import { csvOf } from './formats/csv.ts'

/** The keys of a row, in the order of the columns. */
const columns = [
  ...[
    'id',
    'finishedAt',
    'outcome',
    'direction',
    'revision',
    'message',
    'by',
    'osUser',
    'host',
    'durationMs',
  ],
  ...['startedAt', 'dbmigVersion', 'checksum', 'error', 'errorCode', 'previous', 'hash'],
] as readonly (keyof LogRow)[]

export function logCsv(rows: readonly LogRow[]): string {
  return csvOf(
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  )
}
