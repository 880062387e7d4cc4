/** Aggregate functions. */
import type { ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  functionName,
  type KindReader,
  notOfExtension,
  withComment,
} from './reader.ts'
import { argumentTypes, isVisible, routineIdentity } from './routine.ts'

export interface Aggregate extends ObjectBase {
  readonly kind: 'aggregate'
  readonly schema: string
  /** The types of its arguments. */
  readonly argumentTypes: string
  /** False where PostgreSQL has a function of that name and arguments itself, which is found first. */
  readonly visible: boolean
  /** The arguments as `create aggregate` takes them, `*` for none. */
  readonly arguments: string
  /** The arguments as `drop` and `comment on` must name them, `*` for none. */
  readonly signature: string
  readonly returns: string
  /** `pg_aggregate.aggkind`. */
  readonly sort: 'normal' | 'ordered set' | 'hypothetical set'
  /** `sfunc = add`, `stype = integer` …: what `create aggregate` takes in parentheses. */
  readonly parameters: readonly string[]
}

export interface AggregateRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly argument_types: readonly string[]
  readonly visible: boolean
  readonly arguments: string
  readonly signature: string
  readonly returns: string
  readonly sort: string
  readonly parameters: readonly string[]
}

const SORTS: Readonly<Record<string, Aggregate['sort']>> = {
  n: 'normal',
  o: 'ordered set',
  h: 'hypothetical set',
}

export const aggregateReader: KindReader<Aggregate, AggregateRow> = {
  kind: 'aggregate',
  query: () => `
    select ${addressOf('pg_proc', 'p.oid')}, n.nspname::text as schema, p.proname::text as name,
      description.description as comment, ${argumentTypes('p')} as argument_types,
      ${isVisible('p.oid')} as visible, pg_get_function_arguments(p.oid) as arguments,
      pg_get_function_identity_arguments(p.oid) as signature, format_type(p.prorettype, null) as returns,
      a.aggkind::text as sort,
      array_remove(array[
        'sfunc = ' || ${functionName('a.aggtransfn')},
        'stype = ' || format_type(a.aggtranstype, null),
        case when a.aggtransspace <> 0 then 'sspace = ' || a.aggtransspace end,
        'finalfunc = ' || ${functionName('a.aggfinalfn')},
        case when a.aggfinalextra then 'finalfunc_extra' end,
        'finalfunc_modify = ' || ${modification('a.aggfinalmodify')},
        'combinefunc = ' || ${functionName('a.aggcombinefn')},
        'serialfunc = ' || ${functionName('a.aggserialfn')},
        'deserialfunc = ' || ${functionName('a.aggdeserialfn')},
        'initcond = ' || quote_literal(a.agginitval),
        'msfunc = ' || ${functionName('a.aggmtransfn')},
        'minvfunc = ' || ${functionName('a.aggminvtransfn')},
        case when a.aggmtranstype <> 0 then 'mstype = ' || format_type(a.aggmtranstype, null) end,
        case when a.aggmtransspace <> 0 then 'msspace = ' || a.aggmtransspace end,
        'mfinalfunc = ' || ${functionName('a.aggmfinalfn')},
        case when a.aggmfinalextra then 'mfinalfunc_extra' end,
        case when a.aggmtransfn <> 0 then 'mfinalfunc_modify = ' || ${modification('a.aggmfinalmodify')} end,
        'minitcond = ' || quote_literal(a.aggminitval),
        'sortop = ' || (select 'operator(' || quote_ident(sn.nspname) || '.' || o.oprname || ')'
          from pg_operator o join pg_namespace sn on sn.oid = o.oprnamespace where o.oid = a.aggsortop),
        case p.proparallel when 's' then 'parallel = safe' when 'r' then 'parallel = restricted' end,
        case when a.aggkind = 'h' then 'hypothetical' end
      ], null) as parameters
    from pg_aggregate a
    join pg_proc p on p.oid = a.aggfnoid
    join pg_namespace n on n.oid = p.pronamespace
    ${withComment('pg_proc', 'p.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_proc', 'p.oid')}
    order by n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)`,
  read: (row) => {
    const types = row.argument_types.join(', ')
    return {
      kind: 'aggregate',
      identity: routineIdentity('aggregate', row.schema, row.name, types),
      schema: row.schema,
      name: row.name,
      parent: null,
      comment: row.comment,
      argumentTypes: types,
      visible: row.visible,
      arguments: row.arguments || '*',
      signature: row.signature || '*',
      returns: row.returns,
      sort: SORTS[row.sort] ?? 'normal',
      parameters: row.parameters,
    }
  },
}

/** SQL: what a final function does to the state, null where it is what the aggregate's kind does by default. */
function modification(value: string): string {
  return `case when ${value} <> case a.aggkind when 'n' then 'r' else 'w' end
          then case ${value} when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end end`
}
