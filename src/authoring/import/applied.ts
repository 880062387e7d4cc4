/** Reading what another tool says is applied, from its own table. */
import { sqlStateOf } from '../../database/pg-error.ts'
import { quoteIdentifier, quoteQualified } from '../../database/quote.ts'
import type { Session } from '../../database/session.ts'
import { tableForbidden, tableOtherShape } from './errors.ts'
import type { AppliedMigration, AppliedTable } from './source.ts'

export interface ReadApplied {
  /** As a reader writes it: `kysely_migration`, `graphile_migrate.migrations`. */
  readonly table: string
  /** Null where there is no such table. */
  readonly migrations: readonly AppliedMigration[] | null
}

/**
 * Reads what is applied. Creates nothing, locks nothing.
 *
 * @param keys of the migrations that have a file, in order
 * @throws IMPORT_TABLE_SHAPE, IMPORT_TABLE_FORBIDDEN, IMPORT_DIRTY
 */
export async function readApplied(
  session: Session,
  table: AppliedTable,
  keys: readonly string[],
): Promise<ReadApplied> {
  const { schema, name, tool } = table
  const inSql = schema === null ? quoteIdentifier(name) : quoteQualified(schema, name)
  const shown = schema === null ? name : `${schema}.${name}`
  try {
    const [found] = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
      inSql,
    ])
    return { table: shown, migrations: found?.there ? await table.read(session, inSql, keys) : null }
  } catch (error) {
    const code = sqlStateOf(error)
    if (code === '42501') throw tableForbidden(shown, error)
    // A column that is missing, or of a type that cannot be what the tool keeps in it.
    if (code === '42703' || code === '42846' || code === '22P02') throw tableOtherShape(shown, tool, error)
    throw error
  }
}
