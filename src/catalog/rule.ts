/** Rewrite rules of tables and views; the one that makes a view a view is the view's own. */
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'
import { FIRING, type Firing, relationIdentity } from './relation.ts'

export interface Rule extends ObjectBase {
  readonly kind: 'rule'
  readonly schema: string
  /** The table or view. */
  readonly parent: Identity
  readonly table: string
  /** As `pg_get_ruledef` prints it, without the final semicolon. */
  readonly definition: string
  readonly firing: Firing
}

export interface RuleRow extends AddressedRow {
  readonly schema: string
  readonly table_name: string
  readonly table_kind: string
  readonly name: string
  readonly comment: string | null
  readonly definition: string
  readonly enabled: string
}

export const ruleReader: KindReader<Rule, RuleRow> = {
  kind: 'rule',
  query: () => `
    select ${addressOf('pg_rewrite', 'r.oid')}, n.nspname::text as schema, c.relname::text as table_name,
      c.relkind::text as table_kind, r.rulename::text as name, description.description as comment,
      pg_get_ruledef(r.oid) as definition, r.ev_enabled::text as enabled
    from pg_rewrite r
    join pg_class c on c.oid = r.ev_class
    join pg_namespace n on n.oid = c.relnamespace
    ${withComment('pg_rewrite', 'r.oid')}
    where r.rulename <> '_RETURN' and n.nspname = any ($1)
      and ${notOfExtension('pg_class', 'c.oid')} and ${notOfExtension('pg_rewrite', 'r.oid')}
    order by n.nspname, c.relname, r.rulename`,
  read: (row) => ({
    kind: 'rule',
    identity: identityOf('rule', row.schema, row.table_name, row.name),
    schema: row.schema,
    name: row.name,
    parent: relationIdentity(row.table_kind, row.schema, row.table_name),
    table: row.table_name,
    comment: row.comment,
    definition: row.definition.trimEnd().replace(/;$/, ''),
    firing: FIRING[row.enabled] ?? 'origin',
  }),
}
