/** Which of PostgreSQL's two ways to print an expression is the one to keep. */

/**
 * The pretty form where it parses back to the very same expression, else the exact one. They part ways where an `and`
 * stands within an `and` (or an `or` in an `or`): without its parentheses the parser makes one list of both, and
 * PostgreSQL would print the result differently from the original ever after.
 *
 * @param exact as `pg_get_expr(node, relation)` prints it
 * @param pretty as `pg_get_expr(node, relation, true)` does
 */
export function readableExpression(exact: string, pretty: string): string {
  return stableLists(nestsSameOperator(exact) ? withoutOuterParentheses(exact) : pretty)
}

/** A view's query: as it is written into a revision, without the final semicolon, and as it is compared. */
export function viewQuery(
  exact: string,
  pretty: string,
): { readonly query: string; readonly comparable: string } {
  return {
    query: readableExpression(exact, pretty).trim().replace(/;$/, ''),
    comparable: canonicalExpression(exact),
  }
}

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\(|\)|\b(?:AND|OR)\b/g

function nestsSameOperator(exact: string): boolean {
  if (!/\b(?:AND|OR)\b/.test(exact)) return false
  // The operators that were seen in each open parenthesis, and which of them its own parts consist of.
  const open: { operator: string | null; inner: Set<string> }[] = [{ operator: null, inner: new Set() }]
  for (const [token] of exact.matchAll(TOKEN)) {
    const top = open.at(-1)
    if (top === undefined) return true
    if (token === '(') open.push({ operator: null, inner: new Set() })
    else if (token === ')') {
      open.pop()
      const outer = open.at(-1)
      if (outer === undefined) return true
      // A parenthesis around a single part passes on what is in it.
      for (const operator of top.operator === null ? top.inner : [top.operator]) outer.inner.add(operator)
      if (outer.operator !== null && outer.inner.has(outer.operator)) return true
    } else if (token === 'AND' || token === 'OR') {
      top.operator = token
      if (top.inner.has(token)) return true
    }
  }
  return false
}

/** The expression without a pair of parentheses that encloses all of it. */
export function withoutOuterParentheses(expression: string): string {
  if (!expression.startsWith('(') || !expression.endsWith(')')) return expression
  let depth = 0
  for (const { 0: token, index } of expression.matchAll(TOKEN)) {
    if (token === '(') depth++
    else if (token === ')') depth--
    if (depth === 0 && token === ')' && index < expression.length - 1) return expression
  }
  return expression.slice(1, -1)
}

const VARCHAR = String.raw`'(?:[^']|'')*'::character varying(?:\(\d+\))?`
const LIST = `ARRAY\\[${VARCHAR}(?:, ${VARCHAR})*\\]`
const CAST_LIST = new RegExp(String.raw`\b(ANY|ALL) \(\(?(${LIST})\)?::text\[\]\)`, 'g')

/**
 * The text with `varchar` lists as they parse back to themselves. `a in ('x')` over a `varchar` column casts the list as a
 * whole, which PostgreSQL prints as `(ARRAY['x'::character varying])::text[]`; read again, that would be a cast of each
 * item, and printed as such ever after. Without the cast, which is implicit, it stays what it was.
 */
export function stableLists(text: string): string {
  return text.includes('ARRAY[') ? text.replace(CAST_LIST, '$1 ($2)') : text
}

const CAST_ITEM = new RegExp(String.raw`\((${VARCHAR})\)::text\b(?!\[)`, 'g')

type Token = { readonly kind: 'text' | 'operator'; readonly text: string } | Group

/** What stands between a pair of parentheses, or all of a text. */
interface Group {
  readonly kind: 'group'
  readonly tokens: Token[]
}

/**
 * An expression as it is compared. What PostgreSQL prints is not always what it reads back, so that a database that was
 * restored from a dump prints another text than the one that was dumped:
 *
 * - `(a and b) and c` becomes `a and b and c`; the first is what `a between 1 and 2 and c` is printed as;
 * - `(array['x'::varchar])::text[]` becomes `array['x'::varchar::text]`; the first is what `a in ('x')` is printed as.
 *
 * @param printed as PostgreSQL prints it without pretty-printing
 */
export function canonicalExpression(printed: string): string {
  const exact = stableLists(printed).replace(CAST_ITEM, '$1')
  if (!/\b(?:AND|OR)\b/.test(exact)) return exact
  const root: Group = { kind: 'group', tokens: [] }
  const open: Group[] = [root]
  let from = 0
  const text = (to: number): void => {
    if (to > from) open.at(-1)?.tokens.push({ kind: 'text', text: exact.slice(from, to) })
  }
  for (const { 0: token, index } of exact.matchAll(TOKEN)) {
    if (token.startsWith("'") || token.startsWith('"')) continue
    text(index)
    from = index + token.length
    if (token === '(') {
      const group: Group = { kind: 'group', tokens: [] }
      open.at(-1)?.tokens.push(group)
      open.push(group)
    } else if (token === ')') {
      if (open.length === 1) return exact
      open.pop()
    } else open.at(-1)?.tokens.push({ kind: 'operator', text: token })
  }
  text(exact.length)
  return open.length === 1 ? print(root, true) : exact
}

function print(group: Group, bare: boolean): string {
  const operator = operatorOf(group)
  const inner = group.tokens.map((token, i) => {
    if (token.kind !== 'group') return token.text
    const operand = isOperand(group.tokens, i)
    return print(token, operand && operator !== null && operatorOf(token) === operator)
  })
  const text = inner.join('')
  return bare ? text : group.tokens.length === 0 ? '()' : `(${text})`
}

/** The one operator that joins a group's parts; null for none or both. */
function operatorOf(group: Group): string | null {
  const found = new Set(group.tokens.flatMap((token) => (token.kind === 'operator' ? [token.text] : [])))
  const [only] = found
  return found.size === 1 && only !== undefined ? only : null
}

/** Whether a part stands for itself between operators: no function's arguments, no `not` before it, no comparison after. */
function isOperand(tokens: readonly Token[], i: number): boolean {
  return isBoundary(tokens[i - 1], tokens[i - 2]) && isBoundary(tokens[i + 1], tokens[i + 2])
}

function isBoundary(neighbour: Token | undefined, beyond: Token | undefined): boolean {
  if (neighbour === undefined || neighbour.kind === 'operator') return true
  const blank = neighbour.kind === 'text' && neighbour.text.trim() === ''
  return blank && (beyond === undefined || beyond.kind === 'operator')
}
