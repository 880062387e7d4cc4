/** Policies of row level security. */
import { readableExpression } from './expression.ts'
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export type PolicyCommand = 'all' | 'select' | 'insert' | 'update' | 'delete'

export interface Policy extends ObjectBase {
  readonly kind: 'policy'
  readonly schema: string
  readonly parent: Identity
  readonly table: string
  readonly command: PolicyCommand
  readonly permissive: boolean
  /** The names of roles; empty for `public`. */
  readonly roles: readonly string[]
  readonly using: string | null
  readonly check: string | null
}

export interface PolicyRow extends AddressedRow {
  readonly schema: string
  readonly table_name: string
  readonly name: string
  readonly comment: string | null
  readonly command: string
  readonly permissive: boolean
  readonly roles: readonly string[]
  readonly using: string | null
  readonly using_pretty: string | null
  readonly check: string | null
  readonly check_pretty: string | null
}

const COMMANDS: Readonly<Record<string, PolicyCommand>> = {
  '*': 'all',
  r: 'select',
  a: 'insert',
  w: 'update',
  d: 'delete',
}

export const policyReader: KindReader<Policy, PolicyRow> = {
  kind: 'policy',
  query: () => `
    select ${addressOf('pg_policy', 'p.oid')}, n.nspname::text as schema, c.relname::text as table_name, p.polname::text as name,
      description.description as comment, p.polcmd::text as command, p.polpermissive as permissive,
      array(select r.rolname::text from pg_roles r where r.oid = any (p.polroles) order by r.rolname) as roles,
      pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polqual, p.polrelid, true) as using_pretty, pg_get_expr(p.polwithcheck, p.polrelid) as check, pg_get_expr(p.polwithcheck, p.polrelid, true) as check_pretty
    from pg_policy p
    join pg_class c on c.oid = p.polrelid
    join pg_namespace n on n.oid = c.relnamespace
    ${withComment('pg_policy', 'p.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_class', 'c.oid')} and ${notOfExtension('pg_policy', 'p.oid')}
    order by n.nspname, c.relname, p.polname`,
  read: (row) => ({
    kind: 'policy',
    identity: identityOf('policy', row.schema, row.table_name, row.name),
    schema: row.schema,
    name: row.name,
    parent: identityOf('table', row.schema, row.table_name),
    table: row.table_name,
    comment: row.comment,
    command: COMMANDS[row.command] ?? 'all',
    permissive: row.permissive,
    roles: row.roles,
    using: condition(row.using, row.using_pretty),
    check: condition(row.check, row.check_pretty),
  }),
}

function condition(exact: string | null, pretty: string | null): string | null {
  return exact === null || pretty === null ? null : readableExpression(exact, pretty)
}
