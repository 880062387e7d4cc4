/** The words of a query as PostgreSQL prints it, with what stands in parentheses as one. */
import { tokensOf } from '../sql/lexer.ts'

interface Leaf {
  /** A `word` is in lower case, a `name` was in quotes. */
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'mark'
  readonly text: string
}

export type Node = Leaf | { readonly kind: 'group'; readonly nodes: readonly Node[] }

/** A query, without a semicolon at its end. */
export function groupsOf(sql: string): readonly Node[] {
  const whole: Node[] = []
  const open: Node[][] = [whole]
  let quoteEnd = -1
  for (const token of tokensOf(sql)) {
    const { kind, start, end } = token
    const text = sql.slice(start, end)
    const nodes = open.at(-1) ?? whole
    const last = nodes.at(-1)
    if (text === '(') {
      const inner: Node[] = []
      nodes.push({ kind: 'group', nodes: inner })
      open.push(inner)
    } else if (text === ')') open.pop()
    else if (kind === 'quoted') {
      const name = text.slice(1, -1)
      // A doubled quote ends one token and starts the next.
      if (quoteEnd === start && last?.kind === 'name')
        nodes[nodes.length - 1] = { kind: 'name', text: `${last.text}"${name}` }
      else nodes.push({ kind: 'name', text: name })
      quoteEnd = end
    } else if (kind === 'word') nodes.push({ kind, text: text.toLowerCase() })
    else if (kind === 'string' || kind === 'number') nodes.push({ kind, text })
    else if (kind !== 'space' && kind !== 'comment' && text !== ';') nodes.push({ kind: 'mark', text })
  }
  return whole
}

export function isWord(node: Node | undefined, ...words: readonly string[]): boolean {
  return node?.kind === 'word' && words.includes(node.text)
}

export function isMark(node: Node | undefined, ...marks: readonly string[]): boolean {
  return node?.kind === 'mark' && marks.includes(node.text)
}

/** The parts between commas. */
export function split(nodes: readonly Node[]): Node[][] {
  const parts: Node[][] = [[]]
  for (const node of nodes) {
    if (isMark(node, ',')) parts.push([])
    else parts.at(-1)?.push(node)
  }
  return parts
}
