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
  /** The partitions on which it fires otherwise than on what they are a partition of, outermost first. */
  readonly partitions: readonly { readonly schema: string; readonly table: string; readonly firing: Firing }[]
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
  /** Schema, table and letter of each. */
  readonly partitions: readonly (readonly [string, string, string])[] | null
}

export const triggerReader: KindReader<Trigger, TriggerRow> = {
  kind: 'trigger',
  query: () => `
    select ${addressOf('pg_trigger', 't.oid')}, n.nspname::text as schema, c.relname::text as table_name,
      c.relkind::text as table_kind, t.tgname::text as name, description.description as comment,
      pg_get_triggerdef(t.oid) as definition, t.tgconstraint <> 0 as constraint, t.tgenabled::text as enabled,
      case when c.relkind = 'p' then (${partitionStates('t.oid')}) end as partitions
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
    partitions: (row.partitions ?? []).map(([schema, table, enabled]) => ({
      schema,
      table,
      firing: FIRING[enabled] ?? 'origin',
    })),
  }),
}

/** SQL: of the copies of a trigger on partitions, those that are enabled otherwise than what they are a copy of. */
function partitionStates(oid: string): string {
  return `with recursive copy (oid, depth, differs) as (
        select p.oid, 0, false from pg_trigger p where p.oid = ${oid}
        union all
        select k.oid, copy.depth + 1, k.tgenabled <> p.tgenabled
        from copy join pg_trigger p on p.oid = copy.oid join pg_trigger k on k.tgparentid = p.oid
      )
      select json_agg(json_build_array(kn.nspname, kc.relname, k.tgenabled) order by copy.depth, kn.nspname, kc.relname)
      from copy join pg_trigger k on k.oid = copy.oid join pg_class kc on kc.oid = k.tgrelid
      join pg_namespace kn on kn.oid = kc.relnamespace where copy.differs`
}
