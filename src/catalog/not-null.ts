/** That a column holds no null: a constraint with a name of its own from PostgreSQL 18 on, a mark on the column before. */
import { chosenName } from './attachment.ts'

export interface NotNull {
  readonly name: string
  /**
   * PostgreSQL chose the name by itself: for this table, or for another from which it got the column or that it was
   * called before, perhaps with the number that makes it unique.
   */
  readonly usual: boolean
  readonly noInherit: boolean
  readonly validated: boolean
  /** The table says so itself, perhaps beside its parents. */
  readonly local: boolean
  /** A parent's column has it too, so that its name and existence are not this table's alone. */
  readonly inherited: boolean
  readonly comment: string | null
}

export interface NotNullRow {
  readonly not_null_name: string | null
  readonly not_null_no_inherit: boolean | null
  readonly not_null_validated: boolean | null
  readonly not_null_local: boolean | null
  readonly not_null_inherited: boolean | null
  readonly not_null_comment: string | null
}

/** SQL: the columns of a `NotNullRow`, beside `joinNotNull`. */
export function notNullColumns(serverVersion: number): string {
  return serverVersion >= 180000
    ? `nn.conname::text as not_null_name, nn.connoinherit as not_null_no_inherit, nn.convalidated as not_null_validated,
      nn.conislocal as not_null_local, nn.coninhcount > 0 as not_null_inherited, nn_description.description as not_null_comment`
    : `null::text as not_null_name, null::boolean as not_null_no_inherit, null::boolean as not_null_validated,
      null::boolean as not_null_local, null::boolean as not_null_inherited, null::text as not_null_comment`
}

/** SQL: a left join that gives the constraint of `pg_attribute a`. */
export function joinNotNull(serverVersion: number): string {
  return serverVersion >= 180000
    ? `left join pg_constraint nn on nn.contype = 'n' and nn.conrelid = a.attrelid and nn.conkey[1] = a.attnum
    left join pg_description nn_description on nn_description.classoid = 'pg_constraint'::regclass and nn_description.objoid = nn.oid`
    : ''
}

/** Whether PostgreSQL chose the name, for the column as it is called or was; with a number where the name was taken. */
function isUsual(name: string, table: string, column: string): boolean {
  const [number = ''] = /\d*$/.exec(name) ?? []
  const bare = name.slice(0, name.length - number.length)
  return name === chosenName(table, column, `not_null${number}`) || bare.endsWith(`_${column}_not_null`)
}

/** A row's constraint; null where the column has none, and before PostgreSQL 18. */
export function readNotNull(row: NotNullRow, table: string, column: string): NotNull | null {
  const { not_null_name: name } = row
  if (name === null) return null
  return {
    name,
    usual: isUsual(name, table, column),
    noInherit: row.not_null_no_inherit ?? false,
    validated: row.not_null_validated ?? true,
    local: row.not_null_local ?? true,
    inherited: row.not_null_inherited ?? false,
    comment: row.not_null_comment,
  }
}
