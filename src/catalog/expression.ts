/** Which of PostgreSQL's two ways to print an expression is the one to keep. */

/**
 * The pretty form where it parses back to the very same expression, else the exact one. They part ways where
 *
 * - an `and` stands within an `and` (or an `or` in an `or`): without its parentheses the parser makes one list of both;
 * - an array is cast, `(array['a'::varchar])::text[]`: without the parentheses the parser casts each element instead.
 *
 * PostgreSQL would print the result differently from the original ever after.
 *
 * @param exact as `pg_get_expr(node, relation)` prints it
 * @param pretty as `pg_get_expr(node, relation, true)` does
 */
export function readableExpression(exact: string, pretty: string): string {
  return nestsSameOperator(exact) || castsArray(exact) ? withoutOuterParentheses(exact) : pretty
}

function castsArray(exact: string): boolean {
  return exact.includes('])::')
}

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\(|\)|\b(?:AND|OR)\b/g

function nestsSameOperator(exact: string): boolean {
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
  return text.replace(CAST_LIST, '$1 ($2)')
}
