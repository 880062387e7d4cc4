/** Which columns of views hold no null: PostgreSQL says it of none, and the query shows it of some. */
import { type Catalog, objectsOf } from '../catalog/catalog.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import { type CastType, castType, safeCasts, unknown } from './casts.ts'
import { groupsOf, isMark, isWord, type Node, split } from './query-groups.ts'

/** The type of a column that holds no null, as `format_type` prints it; null of all others. */
export type NotNullType = (relation: Identity, column: string) => string | null
type Find = (schema: string | null, name: string) => Identity | null

/** What a name in a query stands for: a relation, where it is known, perhaps with the nulls of an outer join. */
interface Source {
  readonly alias: string
  readonly relation: Identity | null
  readonly outer: boolean
}

/** What a query is read with. */
interface Known {
  readonly find: Find
  readonly typeOf: NotNullType
  readonly isSafeCast: (source: string, target: CastType) => boolean
  /** Whether a function of one's own may be meant by `count(x)`. */
  readonly ownCount: boolean
}

/**
 * Tells of columns whether they hold no null: of a view those that its query takes from such a column, outside of outer joins,
 * counts, and constants.
 *
 * @param ofTable the same of the columns of tables
 */
export function notNullColumns(catalog: Catalog, ofTable: NotNullType): NotNullType {
  const views = new Map(
    [...objectsOf(catalog, 'view'), ...objectsOf(catalog, 'materialized view')].map(
      (view) => [view.identity, view] as const,
    ),
  )
  const done = new Map<Identity, ReadonlyMap<string, string>>()
  const find: Find = (schema, name) => {
    for (const kind of ['table', 'view', 'materialized view', 'foreign table']) {
      const identity = identityOf(kind, schema ?? catalog.defaultSchema, name)
      if (catalog.objects.has(identity)) return identity
    }
    return null
  }
  const typeOf: NotNullType = (relation, column) => {
    const view = views.get(relation)
    if (view === undefined) return ofTable(relation, column)
    let columns = done.get(relation)
    if (columns === undefined) {
      const found = readQuery(groupsOf(view.query), known)
      const notNull = view.columns.filter((_, i) => found.length === view.columns.length && found[i])
      columns = new Map(notNull.map(({ name, type }) => [name, type]))
      done.set(relation, columns)
    }
    return columns.get(column) ?? null
  }
  const known: Known = { find, typeOf, isSafeCast: safeCasts(catalog), ownCount: hasOwnCount(catalog) }
  return typeOf
}

/** Only what the search path finds is printed without its schema. */
function hasOwnCount(catalog: Catalog): boolean {
  return [...objectsOf(catalog, 'function'), ...objectsOf(catalog, 'aggregate')].some(
    ({ schema, name }) => name === 'count' && schema === catalog.defaultSchema,
  )
}

const afterFrom = ['where', 'group', 'having', 'window', 'order', 'limit', 'offset', 'fetch', 'for']
const notRead = ['union', 'intersect', 'except', 'grouping', 'rollup', 'cube']

/** Whether each column holds no null; nothing of a query that is not of the simple form. */
function readQuery(query: readonly Node[], known: Known): boolean[] {
  const [select, distinct, on] = query
  if (!isWord(select, 'select') || query.some((node) => isWord(node, ...notRead))) return []
  const start = isWord(distinct, 'distinct') ? (isWord(on, 'on') ? 4 : 2) : 1
  const from = indexOf(query, ['from', ...afterFrom], start)
  const end = indexOf(query, afterFrom, from + 1)
  const sources = isWord(query[from], 'from')
    ? split(query.slice(from + 1, end)).flatMap((item) => readJoins(item, known.find))
    : []
  return split(query.slice(start, from)).map((item) => {
    const named = item.length > 2 && isWord(item.at(-2), 'as')
    return notNullType(named ? item.slice(0, -2) : item, sources, known) !== null
  })
}

function indexOf(nodes: readonly Node[], words: readonly string[], from: number): number {
  const at = nodes.findIndex((node, i) => i >= from && isWord(node, ...words))
  return at < 0 ? nodes.length : at
}

/** The type of an expression that is never null; null of all others. */
function notNullType(expression: readonly Node[], sources: readonly Source[], known: Known): string | null {
  const cast = expression.findLastIndex((node, i) => isMark(node, ':') && isMark(expression[i + 1], ':'))
  if (cast > 0) {
    const target = castType(expression.slice(cast + 2))
    const source = notNullType(expression.slice(0, cast), sources, known)
    return target !== null && source !== null && known.isSafeCast(source, target) ? target.name : null
  }
  const [first, second, third] = expression
  if (first === undefined) return null
  if (first.kind === 'group' && second === undefined) return notNullType(first.nodes, sources, known)
  if (first.kind === 'string') return second === undefined ? unknown : null
  if (first.kind === 'number') return numberType(expression)
  if (isWord(first, 'true', 'false') && second === undefined) return 'boolean'
  if (second?.kind === 'group' && first.kind === 'word') {
    if (first.text === 'count') return isCount(second.nodes, expression.slice(2), known) ? 'bigint' : null
    if (first.text !== 'coalesce' || third !== undefined) return null
    // All of its arguments are printed with their casts to the type that it has.
    const types = split(second.nodes).map((argument) => notNullType(argument, sources, known))
    return types.find((type) => type !== null) ?? null
  }
  return columnType(expression, sources, known)
}

/** PostgreSQL's own numbers behave alike where they are cast among each other. */
function numberType(nodes: readonly Node[]): string | null {
  if (!nodes.every((node) => node.kind === 'number' || isMark(node, '.'))) return null
  const [only, ...more] = nodes.map((node) => (node.kind === 'group' ? '' : node.text))
  return more.length === 0 && only !== undefined && /^\d{1,9}$/.test(only) ? 'integer' : 'numeric'
}

/** `count(…)` with `filter (…)`, `over (…)` or `over w` behind it. */
function isCount(parameters: readonly Node[], behind: readonly Node[], { ownCount }: Known): boolean {
  const isAll = parameters.length === 1 && isMark(parameters[0], '*')
  if (ownCount && !isAll) return false
  const rest = isWord(behind[0], 'filter') ? behind.slice(2) : behind
  return rest.length === 0 || (isWord(rest[0], 'over') && rest.length === 2)
}

function columnType(
  expression: readonly Node[],
  sources: readonly Source[],
  { typeOf }: Known,
): string | null {
  const [first, dot, last, ...more] = expression
  const nameOf = (node: Node | undefined): string | null =>
    node?.kind === 'word' || node?.kind === 'name' ? node.text : null
  const qualified = isMark(dot, '.') && more.length === 0
  if (!qualified && dot !== undefined) return null
  const column = nameOf(qualified ? last : first)
  const alias = qualified ? nameOf(first) : null
  const candidates = alias === null ? sources : sources.filter((source) => source.alias === alias)
  const [source, ...others] = candidates
  // Without its table a column may be that of a join.
  if (column === null || source === undefined || others.length > 0) return null
  if (source.relation === null || source.outer) return null
  const type = typeOf(source.relation, column)
  return type === null ? null : (castType(groupsOf(type))?.name ?? null)
}

const joinWords = ['inner', 'cross', 'left', 'right', 'full', 'natural', 'join']

/** The sources of an item of FROM: a relation and what is joined to it. */
function readJoins(item: readonly Node[], find: Find): Source[] {
  let at = indexOf(item, joinWords, 0)
  let sources = readSource(item.slice(0, at), find)
  while (at < item.length) {
    const join = indexOf(item, ['join'], at)
    const next = indexOf(item, joinWords, join + 1)
    const side = item.slice(at, join)
    const joined = readSource(item.slice(join + 1, next), find)
    const has = (word: string): boolean => side.some((node) => isWord(node, word, 'full'))
    sources = [...(has('right') ? outer(sources) : sources), ...(has('left') ? outer(joined) : joined)]
    at = next
  }
  return sources
}

function outer(sources: readonly Source[]): Source[] {
  return sources.map((source) => ({ ...source, outer: true }))
}

const afterSource = ['on', 'using', 'tablesample']

/** `users`, `audit.event e`, `(a join b on …)`; what is none of these has no known relation. */
function readSource(nodes: readonly Node[], find: Find): Source[] {
  const named = nodes.slice(0, indexOf(nodes, afterSource, 0))
  const [first, ...rest] = isWord(named[0], 'only') ? named.slice(1) : named
  if (first?.kind === 'group' && rest.length === 0) return readJoins(first.nodes, find)
  const parts = [first, ...rest].flatMap((node) =>
    node?.kind === 'word' || node?.kind === 'name' ? [node.text] : [],
  )
  const isQualified = isMark(rest[0], '.')
  const [name = '', alias = name, ...more] = isQualified ? parts.slice(1) : parts
  // Anything else, such as a function, a subquery, or a list of columns behind the alias.
  const isPlain = more.length === 0 && nodesOf(named) === parts.length + (isQualified ? 1 : 0)
  const schema = isQualified ? (parts[0] ?? null) : null
  return [{ alias: parts.at(-1) ?? alias, relation: isPlain ? find(schema, name) : null, outer: false }]
}

function nodesOf(nodes: readonly Node[]): number {
  return nodes.length - (isWord(nodes[0], 'only') ? 1 : 0)
}
