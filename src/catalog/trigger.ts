/** Triggers of tables and views; what a partition has from its parent is no object of its own. */
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'
import { FIRING, type Firing, relationIdentity } from './relation.ts'

export interface Trigger extends ObjectBase {
  readonly kind: 'trigger'
  readonly schema: string
  /** The table, view or foreign table. */
  readonly parent: Identity
  readonly table: string
  /** As `pg_get_triggerdef` prints it. */
  readonly definition: string
  /** Made by `create constraint trigger`. */
  readonly constraint: boolean
  readonly firing: Firing
}

export interface TriggerRow extends AddressedRow {
  readonly schema: string
  readonly table_name: string
  readonly table_kind: string
  readonly name: string
  readonly comment: string | null
  readonly definition: string
  readonly constraint: boolean
  readonly enabled: string
}

export const triggerReader: KindReader<Trigger, TriggerRow> = {
  kind: 'trigger',
  query: () => `
    select ${addressOf('pg_trigger', 't.oid')}, n.nspname::text as schema, c.relname::text as table_name,
      c.relkind::text as table_kind, t.tgname::text as name, description.description as comment,
      pg_get_triggerdef(t.oid) as definition, t.tgconstraint <> 0 as constraint, t.tgenabled::text as enabled
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
    ${withComment('pg_trigger', 't.oid')}
    where not t.tgisinternal and t.tgparentid = 0 and n.nspname = any ($1)
      and ${notOfExtension('pg_class', 'c.oid')} and ${notOfExtension('pg_trigger', 't.oid')}
    order by n.nspname, c.relname, t.tgname`,
  read: (row) => ({
    kind: 'trigger',
    identity: identityOf('trigger', row.schema, row.table_name, row.name),
    schema: row.schema,
    name: row.name,
    parent: relationIdentity(row.table_kind, row.schema, row.table_name),
    table: row.table_name,
    comment: row.comment,
    definition: row.definition,
    constraint: row.constraint,
    firing: FIRING[row.enabled] ?? 'origin',
  }),
}
