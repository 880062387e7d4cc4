/** The revisions as a table for a spreadsheet. */
import { relative } from 'node:path'
import type { HistoryEntry } from '../../ledger/entry.ts'
import { type Cell, csvOf } from '../formats/csv.ts'

const columns: Readonly<Record<string, (entry: HistoryEntry, cwd: string) => Cell>> = {
  revision: ({ revision }) => revision,
  message: ({ message }) => message,
  state: ({ applied }) => applied?.status ?? 'pending',
  appliedAt: ({ applied }) => applied?.at ?? null,
  by: ({ applied }) => applied?.by ?? null,
  osUser: ({ applied }) => applied?.osUser ?? null,
  host: ({ applied }) => applied?.host ?? null,
  durationMs: ({ applied }) => applied?.durationMs ?? null,
  checksum: ({ applied }) => applied?.checksum ?? null,
  matches: ({ applied }) => wordOf(applied?.matches ?? null),
  createDate: ({ createDate }) => createDate,
  downRevision: ({ downRevision }) => downRevision.join(' '),
  branchLabels: ({ branchLabels }) => branchLabels.join(' '),
  dependsOn: ({ dependsOn }) => dependsOn.join(' '),
  replaces: ({ replaces }) => replaces.join(' '),
  isHead: ({ isHead }) => wordOf(isHead),
  isMerge: ({ isMerge }) => wordOf(isMerge),
  path: ({ path }, cwd) => relative(cwd, path),
}

/** How each such table begins. */
export const historyCsvMark = Object.keys(columns).slice(0, 4).join(',')

/**
 * @param isAsked whether a database was: without, nothing is said of what is applied
 * @param cwd what paths are relative to
 */
export function historyCsv(entries: readonly HistoryEntry[], isAsked: boolean, cwd: string): string {
  const names = Object.keys(columns)
  return csvOf(
    names,
    entries.map((entry) =>
      names.map((name) => (name === 'state' && !isAsked ? null : (columns[name]?.(entry, cwd) ?? null))),
    ),
  )
}

function wordOf(value: boolean | null): string | null {
  return value === null ? null : value ? 'yes' : 'no'
}
