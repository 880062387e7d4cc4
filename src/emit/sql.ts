/** Writing SQL: identifiers, literals, qualified names. */
import type { Catalog } from '../catalog/catalog.ts'
import { tokensOf } from '../sql/lexer.ts'

/** PostgreSQL's keywords that are more than unreserved, as of 18 (manual, appendix C): as names they are quoted. */
const KEYWORDS: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both
  case cast char character check coalesce collate collation column concurrently constraint create cross
  current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
  decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
  freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect
  interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query
  json_scalar json_serialize json_table json_value lateral leading least left like limit localtime localtimestamp
  merge_action national natural nchar none normalize not notnull null nullif numeric offset on only or order out
  outer overlaps overlay placing position precision primary real references returning right row select
  session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp
  to trailing treat trim true union unique user using values varchar variadic verbose when where window with
  xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize
  xmltable`.split(/\s+/),
)

/** A name as an SQL identifier, quoted only when it must be. */
export function quoteIdentifier(name: string): string {
  if (/^[a-z_][a-z0-9_$]*$/.test(name) && !KEYWORDS.has(name)) return name
  return `"${name.replaceAll('"', '""')}"`
}

/** An owner's name; who owns what the role that reads made is whoever runs the revision. */
export function ownerSql(owner: string | null): string {
  return owner === null ? 'current_user' : quoteIdentifier(owner)
}

/** A text as an SQL literal that means the same whatever `standard_conforming_strings` is. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  return text.includes('\\') ? ` E${quoted}`.trimStart() : quoted
}

/** A name in a schema: without the schema where the catalog's search path finds it. */
export function qualifiedName(schema: string, name: string, catalog: Catalog): string {
  if (schema === catalog.defaultSchema) return quoteIdentifier(name)
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

/** `name=value` storage parameters as `with (…)` and `set (…)` take them. */
export function storageParameters(options: readonly string[]): string {
  return options
    .map((option) => {
      const at = option.indexOf('=')
      const value = option.slice(at + 1)
      const plain = /^-?[0-9.]+$|^(true|false|on|off)$/.test(value)
      return `${option.slice(0, at)} = ${plain ? value : quoteLiteral(value)}`
    })
    .join(', ')
}

/** The names of `name=value` storage parameters, as `reset (…)` takes them. */
function parameterNames(options: readonly string[]): string {
  return options.map((option) => option.slice(0, option.indexOf('='))).join(', ')
}

/** `set (…)` and `reset (…)` that lead from one list of storage parameters to the other. */
export function parameterMoves(before: readonly string[], after: readonly string[]): string[] {
  const name = (option: string): string => option.slice(0, option.indexOf('='))
  const kept = new Set(after.map(name))
  const gone = before.filter((option) => !kept.has(name(option)))
  const changed = after.filter((option) => !before.includes(option))
  return [
    ...(gone.length > 0 ? [`reset (${parameterNames(gone)})`] : []),
    ...(changed.length > 0 ? [`set (${storageParameters(changed)})`] : []),
  ]
}

/**
 * Indents each line of an SQL text but those that lie inside a string, a quoted name or a dollar-quoted body, where a
 * space would be a change, and those that are empty.
 */
export function indentSql(sql: string, indent: string): string {
  let text = ''
  for (const { kind, start, end } of tokensOf(sql)) {
    const part = sql.slice(start, end)
    text += kind === 'space' || kind === 'comment' ? part.replace(/\n(?!\n)/g, `\n${indent}`) : part
  }
  return text
}
