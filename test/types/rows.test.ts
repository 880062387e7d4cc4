/** The types of the example, and what rows of it hold. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { types } from '../../src/authoring/types.ts'
import { readState } from '../../src/comparison/read-state.ts'
import { loadProject } from '../../src/config/project.ts'
import { openSession } from '../../src/database/open.ts'
import { createModuleLoader } from '../../src/loader/load-module.ts'
import { applyTarget } from '../../src/schema/apply-target.ts'
import { readTarget } from '../../src/schema/read-target.ts'
import { relationsOf } from '../../src/types/relations.ts'
import { typeResolver } from '../../src/types/resolve-types.ts'
import { repository, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { compileErrors } from './compile.ts'
import { isOfType } from './runtime.ts'

const schema = readFileSync(join(repository, 'examples/shop/schema.ts'), 'utf8')

/** Rows as TypeScript lets them in, most with what may be left out left out. */
const inserts = {
  customer: [
    { email: 'a@b.c', name: 'A' },
    { email: 'd@e.f', name: 'D', created_at: '2020-01-02T03:04:05Z' },
  ],
  product: [{ sku: 's1', title: 'T', price_cents: 100 }],
  order: [{ customer_id: 1 }, { customer_id: '2', status: 'paid' as const, ordered_at: new Date(0) }],
  order_line: [{ order_id: 1n, product_id: '1', price_cents: 99 }],
}

test('a row of each table of the shop holds what its types say', async () => {
  const { url } = await useTestDatabase()
  const cwd = useProject({ 'schema.ts': schema })
  const project = await loadProject({ cwd, env: {}, config: { url } })
  const { text } = await types(project)
  const uses = `import type { Kysely } from 'kysely'
import type { Database } from './db.ts'
export async function fill(db: Kysely<Database>): Promise<void> {
${Object.entries(inserts)
  .map(
    ([table, rows]) =>
      `  await db.insertInto('${table}').values([${rows.map(sourceOf).join(', ')}]).execute()`,
  )
  .join('\n')}
}
`
  expect(compileErrors({ 'db.ts': text ?? '', 'uses.ts': uses })).toEqual([])

  const session = await openSession(url)
  onTestFinished(() => session.close())
  await applyTarget(session, await readTarget(project, createModuleLoader(project)))
  const db = new Kysely<Record<string, Record<string, unknown>>>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }),
  })
  onTestFinished(() => db.destroy())
  for (const [table, rows] of Object.entries(inserts)) await db.insertInto(table).values(rows).execute()

  const { catalog } = await readState(project, { kind: 'live' })
  const relations = relationsOf(catalog, false)
  const names = new Map([['enum:public.order_status', 'OrderStatus']])
  const typeOf = typeResolver({ catalog, names, overrides: {}, used: [], of: 'live' })
  const enums = new Map([['OrderStatus', ['open', 'paid', 'shipped']]])
  expect(relations.map(({ name }) => name)).toEqual([
    'customer',
    'order',
    'order_line',
    'order_total',
    'product',
  ])
  for (const { name, columns } of relations) {
    const rows = await db.selectFrom(name).selectAll().execute()
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(columns.map((column) => column.name))
      for (const column of columns) {
        const type = `${typeOf(column.type).select}${column.nullable ? ' | null' : ''}`
        expect(isOfType(row[column.name], type, enums), `${name}.${column.name} is no ${type}`).toBe(true)
      }
    }
  }
})

/** A row as TypeScript. */
function sourceOf(row: object): string {
  const values = Object.entries(row).map(([key, value]) => {
    if (typeof value === 'bigint') return `${key}: ${value}n`
    if (value instanceof Date) return `${key}: new Date(${value.getTime()})`
    return `${key}: ${JSON.stringify(value)}`
  })
  return `{ ${values.join(', ')} }`
}
