/** A catalog as SQL to read, and the difference of two as a unified diff. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Sides } from '../diff/change.ts'
import { recordSql } from '../runner/record-sql.ts'
import { creationPlan, runPlan } from './copy-schema.ts'

/** The statements that would make a catalog, in its order of creation, laid out for reading. */
async function schemaText(catalog: Catalog): Promise<string> {
  const statements = await recordSql((db) => runPlan(creationPlan(catalog), db))
  return statements.map((statement) => `${layOut(statement)};\n`).join('\n')
}

/** The unified diff from the live schema to the target, as SQL. */
export async function schemaDiff(sides: Sides): Promise<string> {
  const [{ createTwoFilesPatch }, before, after] = await Promise.all([
    import('diff'),
    schemaText(sides.live),
    schemaText(sides.target),
  ])
  return createTwoFilesPatch('live', 'target', before, after, undefined, undefined, { context: 3 })
}

/** `create table` with a line for each column and constraint; all else as it is. */
function layOut(statement: string): string {
  if (!/^create (unlogged )?table /.test(statement)) return statement
  const open = topLevel(statement, '(', 0)
  const close = open === -1 ? -1 : topLevel(statement, ')', open + 1)
  if (close === -1) return statement
  const items: string[] = []
  let start = open + 1
  for (
    let at = topLevel(statement, ',', start);
    at !== -1 && at < close;
    at = topLevel(statement, ',', start)
  ) {
    items.push(statement.slice(start, at))
    start = at + 1
  }
  items.push(statement.slice(start, close))
  const lines = items.map((item) => `  ${item.trim()}`).join(',\n')
  return `${statement.slice(0, open)}(\n${lines}\n${statement.slice(close)}`
}

/** Where a character stands from a place on, outside quotes and inner parentheses; -1 when nowhere. */
function topLevel(sql: string, wanted: string, from: number): number {
  let depth = 0
  for (let i = from; i < sql.length; i++) {
    const c = sql[i]
    if (depth === 0 && c === wanted) return i
    if (c === '(') depth++
    else if (c === ')') depth--
    else if (c === "'" || c === '"') {
      const end = sql.indexOf(c, i + 1)
      if (end === -1) return -1
      i = end
    }
    if (depth < 0) return -1
  }
  return -1
}
