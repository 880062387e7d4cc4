/** Operators. */
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export interface Operator extends ObjectBase {
  readonly kind: 'operator'
  readonly schema: string
  /** Null for a prefix operator. */
  readonly left: string | null
  readonly right: string
  readonly function: string
  /** Operators as `operator(…)` takes them. */
  readonly commutator: string | null
  readonly negator: string | null
  /** Names of selectivity functions. */
  readonly restrict: string | null
  readonly join: string | null
  readonly hashes: boolean
  readonly merges: boolean
}

interface OperatorRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly left_type: string | null
  readonly right_type: string
  readonly function: string
  readonly commutator: string | null
  readonly negator: string | null
  readonly restrict_function: string | null
  readonly join_function: string | null
  readonly hashes: boolean
  readonly merges: boolean
}

export const operatorReader: KindReader<Operator, OperatorRow> = {
  kind: 'operator',
  // Without a function it is only the promise of an operator, made by another's commutator or negator.
  query: () => `
    select ${addressOf('pg_operator', 'o.oid')}, n.nspname::text as schema, o.oprname::text as name,
      description.description as comment, case when o.oprleft <> 0 then format_type(o.oprleft, null) end as left_type,
      format_type(o.oprright, null) as right_type, o.oprcode::regproc::text as function,
      ${operatorName('o.oprcom')} as commutator, ${operatorName('o.oprnegate')} as negator,
      case when o.oprrest::oid <> 0 then o.oprrest::text end as restrict_function,
      case when o.oprjoin::oid <> 0 then o.oprjoin::text end as join_function,
      o.oprcanhash as hashes, o.oprcanmerge as merges
    from pg_operator o
    join pg_namespace n on n.oid = o.oprnamespace
    ${withComment('pg_operator', 'o.oid')}
    where o.oprcode::oid <> 0 and n.nspname = any ($1) and ${notOfExtension('pg_operator', 'o.oid')}
    order by n.nspname, o.oprname, 8, 9`,
  read: (row) => ({
    kind: 'operator',
    identity: identityOf('operator', row.schema, row.name, row.left_type ?? 'none', row.right_type),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    left: row.left_type,
    right: row.right_type,
    function: row.function,
    commutator: row.commutator,
    negator: row.negator,
    restrict: row.restrict_function,
    join: row.join_function,
    hashes: row.hashes,
    merges: row.merges,
  }),
}

function operatorName(oid: string): string {
  return `(select quote_ident(xn.nspname) || '.' || x.oprname from pg_operator x join pg_namespace xn on xn.oid = x.oprnamespace where x.oid = ${oid})`
}
