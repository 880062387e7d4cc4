/** Telling by a statement, without running it, whether it puts rows into a table. */
import { skeletonOf } from '../../schema/classify-statement.ts'
import { splitSql } from '../../sql/split-sql.ts'

const built: Readonly<Record<string, string>> = { InsertQueryNode: 'insert', MergeQueryNode: 'merge' }

/**
 * How a query of Kysely puts rows into tables, a common table expression of it included.
 *
 * @param node the root of its tree; raw SQL is read as text
 * @returns `insert`, `create table as`, …
 */
export function fillingsOf(node: object): readonly string[] {
  const raw = rawTextOf(node)
  if (raw !== null) return fillingsIn(raw)
  if (Reflect.get(node, 'kind') === 'CreateTableNode' && Reflect.get(node, 'selectQuery') !== undefined)
    return ['create table as']
  return [...new Set(kindsIn(node))].flatMap((each) => built[each] ?? [])
}

/** The text of a raw statement; null for one that was built. */
export function rawTextOf(node: object): string | null {
  const fragments: unknown =
    Reflect.get(node, 'kind') === 'RawNode' ? Reflect.get(node, 'sqlFragments') : null
  return Array.isArray(fragments) ? fragments.join(' $1 ') : null
}

function kindsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const kind: unknown = Reflect.get(value, 'kind')
  const below = Object.values(value).flatMap(kindsIn)
  return typeof kind === 'string' ? [kind, ...below] : below
}

/** How an SQL text of one or more statements puts rows into tables. */
export function fillingsIn(sql: string): readonly string[] {
  return [...new Set(splitSql(sql, null).flatMap((statement) => verbsOf(statement.sql)))]
}

const STRINGS = /'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$/g

function verbsOf(sql: string): readonly string[] {
  const skeleton = skeletonOf(sql).replaceAll(STRINGS, "''")
  const [, first = ''] = /^(\w+)/.exec(skeleton) ?? []
  switch (first) {
    case 'insert':
    case 'merge':
      return [first]
    case 'copy':
      return / from /.test(skeleton) ? ['copy'] : []
    case 'with':
    case 'explain':
      return inner(skeleton)
    case 'do':
      // The body is a string, which the skeleton leaves out.
      return inner(sql.toLowerCase())
    case 'create':
      return /^create (?:unlogged )?table .*\bas \(?\s*(?:select|table|values|with)\b/.test(skeleton)
        ? ['create table as']
        : []
    case 'select':
      return /\binto\b/.test(skeleton) ? ['select into'] : []
    default:
      return []
  }
}

function inner(text: string): string[] {
  return ['insert', 'merge'].filter((verb) => new RegExp(`\\b${verb}\\s+into\\b`).test(text))
}
