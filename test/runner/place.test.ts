import { describe, expect, test } from 'vitest'
import { loadProject } from '../../src/config/project.ts'
import { DbmigError } from '../../src/errors.ts'
import { placeIn } from '../../src/runner/place.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

/** Types before it, so that a line of what is run is another line of the file. */
const head = `import { type Kysely, sql } from 'kysely'
import { helper } from '../lib/helper'

interface Unused {
  readonly a: string
}

type Word = Unused | string

export const revision = 'aaa1'
export const downRevision = null

async function inside(db: Kysely<any>, depth: number): Promise<void> {
  if (depth > 0) await inside(db, depth - 1)
  else await sql\`select wrong\`.execute(db) // in a function
}

export async function up(db: Kysely<any>): Promise<void> {
  const word: Word = 'a' satisfies Word
`
const helper = `import { type Kysely, sql } from 'kysely'
export async function helper(db: Kysely<any>): Promise<void> {
  await sql\`select wrong\`.execute(db)
}
`

async function detailOf(up: string, folder = 'migrations'): Promise<string> {
  const { url } = await useTestDatabase()
  const cwd = useProject({ [`${folder}/a.ts`]: `${head}${up}\n}\n`, 'lib/helper.ts': helper })
  const project = await loadProject({ cwd, env: {}, config: { url, migrations: folder } })
  const error: unknown = await upgrade(project, { target: 'head' }).catch((thrown: unknown) => thrown)
  if (!(error instanceof DbmigError)) throw error
  return error.detail ?? ''
}

describe('an error names the line of the TypeScript source that sent the statement, and shows it', () => {
  test.each([
    ['a builder', "  await db.schema.dropTable('nix').execute() // here"],
    ['a query', "  await db.selectFrom('nix').selectAll().executeTakeFirstOrThrow() // here"],
    ['the sql template', '  await sql`select wrong`.execute(db) // here'],
    [
      'a loop',
      "  for (const name of ['select 1', 'select wrong']) {\n    await sql.raw(name).execute(db) // here\n  }",
    ],
    [
      'Promise.all',
      '  await Promise.all([sql`select 1`.execute(db), sql`select wrong`.execute(db)]) // here',
    ],
    ['a function of another file', '  await helper(db) // here'],
    [
      'a line after others',
      '  await sql`savepoint a`.execute(db)\n  await sql`select 1`.execute(db)\n  await sql`rollback to b`.execute(db) // here',
    ],
    ['no statement', "  throw new Error('no such luck') // here"],
  ])('%s', async (_, up) => {
    const line = `${head}${up}`.split('\n').findIndex((text) => text.endsWith('// here')) + 1
    const [place, shown] = (await detailOf(up)).split('\n').slice(-2)
    expect(place).toMatch(new RegExp(`^at /.*/migrations/a\\.ts:${line}$`))
    expect(shown).toMatch(new RegExp(`^${line} \\| .*// here$`))
  })

  test('a function of the file', async () => {
    expect(await detailOf('  await inside(db, 2)')).toMatch(/a\.ts:15\n15 \| .*\/\/ in a function$/)
  })

  test('a folder whose name has a space', async () => {
    expect(await detailOf('  await sql`select wrong`.execute(db)', 'my migrations')).toMatch(
      /at .*\/my migrations\/a\.ts:20\n20 \|/,
    )
  })
})

test('a module that Node has loaded itself is known by its URL', () => {
  const error = new Error('/app/my a.ts:1:1')
  error.stack = `Error: /app/my a.ts:1:1
    at f (file:///app/b.ts:3:3)
    at async up (file:///app/my%20a.ts?dbmig-load=2:22:3)`
  expect(placeIn('/app/my a.ts', error)).toEqual(['at /app/my a.ts:22'])
})

test('an error from elsewhere has no place', () => {
  expect(placeIn('/app/a.ts', new Error('x'))).toEqual([])
  expect(placeIn('/app/a.ts', 'x')).toEqual([])
})
