/** Event triggers: of the whole database, and read where the schema of their function is managed. */
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'
import { FIRING, type Firing } from './relation.ts'

export interface EventTrigger extends ObjectBase {
  readonly kind: 'event trigger'
  /** `ddl_command_end` … */
  readonly event: string
  /** The commands that it is limited to; empty for all. */
  readonly tags: readonly string[]
  readonly functionSchema: string
  readonly functionName: string
  readonly firing: Firing
}

export interface EventTriggerRow extends AddressedRow {
  readonly name: string
  readonly comment: string | null
  readonly event: string
  readonly tags: readonly string[] | null
  readonly function_schema: string
  readonly function_name: string
  readonly enabled: string
}

export const eventTriggerReader: KindReader<EventTrigger, EventTriggerRow> = {
  kind: 'event trigger',
  query: () => `
    select ${addressOf('pg_event_trigger', 'e.oid')}, e.evtname::text as name, description.description as comment,
      e.evtevent::text as event, e.evttags as tags, n.nspname::text as function_schema, p.proname::text as function_name,
      e.evtenabled::text as enabled
    from pg_event_trigger e
    join pg_proc p on p.oid = e.evtfoid
    join pg_namespace n on n.oid = p.pronamespace
    ${withComment('pg_event_trigger', 'e.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_event_trigger', 'e.oid')}
    order by e.evtname`,
  read: (row) => ({
    kind: 'event trigger',
    identity: identityOf('event trigger', row.name),
    schema: null,
    name: row.name,
    parent: null,
    comment: row.comment,
    event: row.event,
    tags: row.tags ?? [],
    functionSchema: row.function_schema,
    functionName: row.function_name,
    firing: FIRING[row.enabled] ?? 'origin',
  }),
}
