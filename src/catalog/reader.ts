/** What a kind of object must say for itself to be read: one query over all objects of the kind, and how a row is one. */
import type { ObjectBase } from './object.ts'

/**
 * A row as a kind's query gives it: `class_id`, `object_id` and `sub_id` are its address in `pg_depend`
 * (manual, section 53.18), the other columns are the kind's own.
 */
export interface AddressedRow {
  readonly class_id: number
  readonly object_id: number
  readonly sub_id: number
}

export interface KindReader<O extends ObjectBase, R extends AddressedRow = AddressedRow> {
  readonly kind: O['kind']
  /**
   * One statement for all objects of the kind: `$1` is the `text[]` of managed schemas.
   * Objects that an extension owns are left out; see `notOfExtension`.
   *
   * @param serverVersion as a number, e.g. 150018
   */
  query(serverVersion: number): string
  /** One row as an object; `R` is what `query` selects. */
  read(row: R): O
}

/** SQL: the three columns of an `AddressedRow`; oids travel as float8, which every driver reads as a number. */
export function addressOf(catalog: string, oid: string, subId = '0'): string {
  return `'${catalog}'::regclass::oid::int8::float8 as class_id, ${oid}::int8::float8 as object_id, (${subId})::int4 as sub_id`
}

/** SQL: a condition that seldom holds, as true or null: what is null is sent and read at next to no cost. */
export function trueOrNull(condition: string): string {
  return `nullif(${condition}, false)`
}

/** SQL: the object is not a member of an extension. */
export function notOfExtension(catalog: string, oid: string): string {
  return `not exists (select from pg_depend ext where ext.classid = '${catalog}'::regclass and ext.objid = ${oid} and ext.deptype = 'e')`
}

/** SQL: a left join that gives the object's comment as `description.description`. */
export function withComment(catalog: string, oid: string, subId = '0'): string {
  return `left join pg_description description on description.classoid = '${catalog}'::regclass and description.objoid = ${oid} and description.objsubid = ${subId}`
}

/**
 * SQL: the names of a table's attributes, in the order of an `int2[]` or `int2vector` of attribute numbers. Most keys have one
 * column, whose name is found several times faster than a list is sorted.
 *
 * @param first where the numbers begin: at 1 in an array, at 0 in a vector
 */
export function attributeNames(table: string, numbers: string, first: 0 | 1): string {
  return `case when ${numbers} is null then array[]::text[] when cardinality(${numbers}) = 1 then array(select a.attname::text from pg_attribute a where a.attrelid = ${table} and a.attnum = (${numbers})[${first}])
        else array(select a.attname::text from unnest(${numbers}) with ordinality as attribute_number(number, place) join pg_attribute a on a.attrelid = ${table} and a.attnum = attribute_number.number order by attribute_number.place) end`
}

/** SQL: the statistics targets of an index's expressions, each as `number=target`. */
export function indexStatistics(index: string): string {
  return `array(select a.attnum::text || '=' || a.attstattarget::text from pg_attribute a
        where a.attrelid = ${index} and a.attstattarget >= 0 order by a.attnum)`
}

/**
 * SQL: the name of an object as the search path needs it, for catalogs without a `reg…` type of their own.
 *
 * @param isVisible the function that tells, for example `pg_opclass_is_visible`
 * @param row the alias of the catalog's row
 * @param prefix of its columns: `opc` for `opcname` and `opcnamespace`
 */
export function visibleName(isVisible: string, row: string, prefix: string): string {
  const name = `quote_ident(${row}.${prefix}name)`
  return `case when ${isVisible}(${row}.oid) then ${name} else ${row}.${prefix}namespace::regnamespace::text || '.' || ${name} end`
}

/** SQL: a function's name, null for none; `regproc` would print it so or so, as the overloads around it demand. */
export function functionName(oid: string): string {
  return `(select case when pg_function_is_visible(f.oid) then '' else quote_ident(fn.nspname) || '.' end || quote_ident(f.proname)
          from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = ${oid})`
}
