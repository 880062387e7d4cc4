/** Telling by a statement, without running it, whether it writes rows. */
import { skeletonOf } from '../schema/classify-statement.ts'
import { splitSql } from '../schema/split-sql.ts'

const built: Readonly<Record<string, string>> = {
  InsertQueryNode: 'insert',
  UpdateQueryNode: 'update',
  DeleteQueryNode: 'delete',
  MergeQueryNode: 'merge',
}

/**
 * What a query of Kysely does to rows, a common table expression of it included.
 *
 * @param node the root of its tree; raw SQL is read as text
 * @returns `insert`, `update`, …
 */
export function rowStatementsOf(node: object): readonly string[] {
  const { kind } = node as { kind?: unknown }
  if (kind === 'RawNode') {
    const fragments: unknown = Reflect.get(node, 'sqlFragments')
    return Array.isArray(fragments) ? rowStatementsIn(fragments.join(' $1 ')) : []
  }
  if (kind === 'CreateTableNode' && Reflect.get(node, 'selectQuery') !== undefined) return ['create table as']
  return [...new Set(kindsIn(node))].flatMap((each) => built[each] ?? [])
}

function kindsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const kind: unknown = Reflect.get(value, 'kind')
  const below = Object.values(value).flatMap(kindsIn)
  return typeof kind === 'string' ? [kind, ...below] : below
}

/** What an SQL text of one or more statements does to rows. */
export function rowStatementsIn(sql: string): readonly string[] {
  return [...new Set(splitSql(sql, null).flatMap((statement) => verbsOf(statement.sql)))]
}

function verbsOf(sql: string): readonly string[] {
  const skeleton = skeletonOf(sql)
  const [, first = ''] = /^(\w+)/.exec(skeleton) ?? []
  switch (first) {
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
    case 'truncate':
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
      return /\binto (?!strict\b)/.test(skeleton) ? ['select into'] : []
    default:
      return []
  }
}

const INNER: readonly (readonly [string, RegExp])[] = [
  ['insert', /\binsert\s+into\b/],
  ['update', /\bupdate\s+(?:only\s+)?[\w".]+(?:\s+(?:as\s+)?\w+)?\s+set\b/],
  ['delete', /\bdelete\s+from\b/],
  ['merge', /\bmerge\s+into\b/],
  ['truncate', /\btruncate\b/],
]

function inner(text: string): string[] {
  return INNER.flatMap(([verb, pattern]) => (pattern.test(text) ? [verb] : []))
}
