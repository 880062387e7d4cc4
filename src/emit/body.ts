/** Statements as the body of `up` or `down`: grouped by object, and in a long file under headings. */
import type { Statement } from './emitter.ts'
import { type RenderOptions, renderStatement } from './plan.ts'

/** From how many statements on a body has headings. */
const LONG = 40

/** Code, indented by two. */
export function bodySource(statements: readonly Statement[], options: RenderOptions): string {
  const sections = new Set(statements.map(({ section }) => section))
  const long = statements.length >= LONG && sections.size > 1
  let last: Statement | undefined
  let heading: string | undefined
  // Whether the last statement is a line.
  let brief = false
  let source = ''
  for (const statement of statements) {
    const code = renderStatement(statement, options)
    const begins = long && statement.section !== undefined && statement.section !== heading
    if (begins) heading = statement.section
    const together =
      !code.includes('\n') && (last?.about === statement.about || (brief && isList(last, statement)))
    source += last === undefined ? '' : together && !begins ? '\n' : '\n\n'
    source += begins ? `  // ${heading}\n\n${code}` : code
    last = statement
    brief = !code.includes('\n')
  }
  return source
}

/** Types, sequences, triggers: what is said in a line each reads as a list. What belongs to tables stands table by table. */
function isList(one: Statement | undefined, other: Statement): boolean {
  return one?.section !== undefined && one.section === other.section && one.section !== 'Tables'
}
