/** Reading `pg_depend`: which object needs which, in addresses that the kinds' rows give identities. */
import { type Address, Addresses } from './addresses.ts'
import { SHELL_SUB_ID, supportFunctions } from './base-type.ts'

/**
 * Many pairs of addresses at once, all between the same two classes: the numbers of objects and of their parts, as
 * arrays in PostgreSQL's notation. A row for each pair would take ten times as long to send and to read.
 */
export interface PairsRow {
  readonly class_id: number
  readonly objects: string
  readonly subs: string
  readonly to_class: number
  readonly to_objects: string
  readonly to_subs: string
}

/** One edge: the object at the first address needs the object at the second. */
export interface Edge {
  readonly from: Address
  readonly to: Address
}

/** SQL: the rows of a query of `class_id, object_id, sub_id, to_class, to_object, to_sub` as `PairsRow`s. */
function pairsOf(query: string): string {
  return `
  select class_id::int8::float8 as class_id, array_agg(object_id)::text as objects, array_agg(sub_id)::text as subs,
    to_class::int8::float8 as to_class, array_agg(to_object)::text as to_objects, array_agg(to_sub)::text as to_subs
  from (${query}
  ) pair (class_id, object_id, sub_id, to_class, to_object, to_sub)
  group by pair.class_id, pair.to_class`
}

/** All edges between objects that users made (oid ≥ 16384; `public`, the one that is older, is an edge by its name). */
const edgeQuery = pairsOf(`
    select d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid from pg_depend d
    where d.deptype in ('n', 'a', 'i', 'x', 'P', 'S') and d.refobjid >= 16384 and d.objid >= 16384`)

/**
 * Parts that are no objects of a catalog stand for what they belong to: a default for its column, a view's rule for the
 * view, a row or array or multirange type for its table or base type, a range's constructors for the range, an identity
 * sequence for its column, a constraint's index for the constraint, a member of an extension for the extension
 * (manual, section 53.18).
 */
const aliasQuery = pairsOf(`
    select a.class_id, a.object_id, 0, a.to_class, a.to_object, a.to_sub from (
      select 'pg_attrdef'::regclass::oid, d.oid, 'pg_class'::regclass::oid, d.adrelid, d.adnum::int4 from pg_attrdef d
      union all
      select 'pg_rewrite'::regclass, r.oid, 'pg_class'::regclass, r.ev_class, 0 from pg_rewrite r where r.rulename = '_RETURN' and r.oid >= 16384
      union all
      select 'pg_type'::regclass, t.oid, 'pg_class'::regclass, t.typrelid, 0 from pg_type t
        join pg_class c on c.oid = t.typrelid where t.oid >= 16384 and c.relkind <> 'c'
      union all
      select 'pg_class'::regclass, c.oid, 'pg_type'::regclass, c.reltype, 0 from pg_class c where c.oid >= 16384 and c.relkind = 'c'
      union all
      select 'pg_class'::regclass, d.objid, 'pg_class'::regclass, d.refobjid, d.refobjsubid from pg_depend d
        join pg_class s on s.oid = d.objid and s.relkind = 'S'
        where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype = 'i'
      union all
      select 'pg_class'::regclass, k.conindid, 'pg_constraint'::regclass, k.oid, 0 from pg_constraint k where k.contype in ('p', 'u', 'x')
      union all
      select d.classid, d.objid, d.refclassid, coalesce(r.rngtypid, d.refobjid), 0 from pg_depend d
        left join pg_range r on r.rngmultitypid = d.refobjid
        where d.classid = 'pg_proc'::regclass and d.refclassid = 'pg_type'::regclass and d.deptype = 'i'
      union all
      select d.classid, d.objid, d.refclassid, d.refobjid, 0 from pg_depend d where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
      union all
      select d.classid, d.objid, d.refclassid, d.refobjid, 0 from pg_depend d
        where d.classid in ('pg_amop'::regclass, 'pg_amproc'::regclass) and d.refclassid in ('pg_opclass'::regclass, 'pg_opfamily'::regclass)
      union all
      -- Schemas of a publication; its tables are objects.
      select d.classid, d.objid, d.refclassid, d.refobjid, 0 from pg_depend d
        where d.refclassid = 'pg_publication'::regclass and d.classid <> 'pg_publication_rel'::regclass
    ) a (class_id, object_id, to_class, to_object, to_sub)`)

/** An array or multirange type leads to its base type, which may itself lead on: one more step. */
const wrapperQuery = pairsOf(`
    select w.class_id, w.object_id, 0, w.class_id, w.to_object, 0 from (
      select 'pg_type'::regclass::oid, t.typarray, t.oid from pg_type t where t.typarray <> 0 and t.oid >= 16384
      union all
      select 'pg_type'::regclass, r.rngmultitypid, r.rngtypid from pg_range r where r.rngmultitypid >= 16384
      union all
      select 'pg_type'::regclass, mt.typarray, r.rngtypid from pg_range r join pg_type mt on mt.oid = r.rngmultitypid where r.rngmultitypid >= 16384
    ) w (class_id, object_id, to_object)`)

/** The functions that need only the shell of a type, since the type needs them. */
const shellQuery = pairsOf(`
    select 'pg_proc'::regclass::oid, support.function, 0, 'pg_type'::regclass::oid, support.type, 0 from (${supportFunctions}) support`)

/**
 * The four queries whose rows `edgesOf` takes. They are put together there and not by PostgreSQL, whose planner, without
 * statistics of a database that is new, looks through all of one for each row of another.
 */
export const dependencyQueries = [edgeQuery, aliasQuery, wrapperQuery, shellQuery] as const

/** The edges between objects of catalogs; one may be given several times. */
export function* edgesOf(
  edges: readonly PairsRow[],
  aliases: readonly PairsRow[],
  wrappers: readonly PairsRow[],
  shells: readonly PairsRow[],
): Generator<Edge> {
  const aliasOf = new Addresses<Address[]>()
  for (const { from, to } of pairs(aliases)) {
    const known = aliasOf.get(from)
    if (known === undefined) aliasOf.set(from, [to])
    else known.push(to)
  }
  const wrappedIn = new Addresses<Address>()
  for (const { from, to } of pairs(wrappers)) wrappedIn.set(from, to)
  const standsFor = (address: Address): Address[] => {
    const { classId, objectId, subId } = address
    const whole = subId === 0 ? address : { classId, objectId, subId: 0 }
    return aliasOf.get(whole) ?? [address]
  }
  const shellOf = new Addresses<Set<number>>()
  for (const { from, to } of pairs(shells)) {
    yield { from: to, to: { ...to, subId: SHELL_SUB_ID } }
    const types = shellOf.get(from)
    if (types === undefined) shellOf.set(from, new Set([to.objectId]))
    else types.add(to.objectId)
  }
  for (const { from, to } of pairs(edges)) {
    if (shellOf.get(from)?.has(to.objectId)) {
      yield { from, to: { ...to, subId: SHELL_SUB_ID } }
      continue
    }
    const whole = to.subId === 0 ? to : { ...to, subId: 0 }
    const { objectId } = wrappedIn.get(whole) ?? to
    const needed = standsFor({ ...to, objectId })
    for (const dependent of standsFor(from)) for (const one of needed) yield { from: dependent, to: one }
  }
}

function* pairs(rows: readonly PairsRow[]): Generator<Edge> {
  for (const row of rows) {
    const objects = numbersOf(row.objects)
    const subs = numbersOf(row.subs)
    const toObjects = numbersOf(row.to_objects)
    const toSubs = numbersOf(row.to_subs)
    for (const [i, objectId] of objects.entries()) {
      yield {
        from: { classId: row.class_id, objectId, subId: subs[i] ?? 0 },
        to: { classId: row.to_class, objectId: toObjects[i] ?? 0, subId: toSubs[i] ?? 0 },
      }
    }
  }
}

/** `{1,2,3}`: many numbers, so no text is made of each. */
function numbersOf(array: string): number[] {
  const numbers: number[] = []
  let number = 0
  for (let i = 1; i < array.length; i++) {
    const digit = array.charCodeAt(i) - 48
    if (digit >= 0 && digit <= 9) number = number * 10 + digit
    else {
      numbers.push(number)
      number = 0
    }
  }
  return numbers
}
