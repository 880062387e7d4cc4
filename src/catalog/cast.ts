/** Casts, between types of which at least one (or the function) lives in a managed schema. */
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export interface Cast extends ObjectBase {
  readonly kind: 'cast'
  readonly source: string
  readonly target: string
  /** With its argument types; null for a cast without one. */
  readonly function: string | null
  readonly method: 'function' | 'binary' | 'inout'
  readonly context: 'explicit' | 'assignment' | 'implicit'
}

interface CastRow extends AddressedRow {
  readonly source: string
  readonly target: string
  readonly function: string | null
  readonly method: string
  readonly context: string
  readonly comment: string | null
}

const METHODS: Readonly<Record<string, Cast['method']>> = { f: 'function', b: 'binary', i: 'inout' }
const CONTEXTS: Readonly<Record<string, Cast['context']>> = { e: 'explicit', a: 'assignment', i: 'implicit' }

export const castReader: KindReader<Cast, CastRow> = {
  kind: 'cast',
  // A range type brings a cast to its multirange type, which is internal to it.
  query: () => `
    select ${addressOf('pg_cast', 'c.oid')}, format_type(c.castsource, null) as source, format_type(c.casttarget, null) as target,
      case when c.castfunc <> 0 then c.castfunc::regprocedure::text end as function, c.castmethod::text as method,
      c.castcontext::text as context, description.description as comment
    from pg_cast c
    join pg_type s on s.oid = c.castsource
    join pg_type t on t.oid = c.casttarget
    left join pg_proc p on p.oid = c.castfunc
    ${withComment('pg_cast', 'c.oid')}
    where c.oid >= 16384 and ${notOfExtension('pg_cast', 'c.oid')}
      and exists (select from pg_namespace n where n.oid in (s.typnamespace, t.typnamespace, p.pronamespace) and n.nspname = any ($1))
      and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i')
    order by 4, 5`,
  read: (row) => ({
    kind: 'cast',
    identity: identityOf('cast', row.source, row.target),
    schema: null,
    name: `${row.source} as ${row.target}`,
    parent: null,
    comment: row.comment,
    source: row.source,
    target: row.target,
    function: row.function,
    method: METHODS[row.method] ?? 'function',
    context: CONTEXTS[row.context] ?? 'explicit',
  }),
}
