/** Where a project's ledger lives. */
import type { Project } from '../config/config.ts'
import { quoteQualified } from '../database/quote.ts'

export interface LedgerLocation {
  readonly schema: string
  /** One row per applied revision. */
  readonly table: string
  /** One row per run of a revision. */
  readonly log: string
}

/** `dbmig_version` has `dbmig_log` beside it; another name has a log that is called like it. */
export function ledgerLocation(project: Pick<Project, 'versionSchema' | 'versionTable'>): LedgerLocation {
  const { versionSchema: schema, versionTable: table } = project
  return { schema, table, log: `${table.replace(/_version$/, '')}_log` }
}

/** The table's name in SQL. */
export function tableName(location: LedgerLocation): string {
  return quoteQualified(location.schema, location.table)
}

/** The log's name in SQL. */
export function logName(location: LedgerLocation): string {
  return quoteQualified(location.schema, location.log)
}
