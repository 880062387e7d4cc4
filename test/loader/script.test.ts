import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createScriptEvaluator } from '../../src/loader/script.ts'
import { temporaryProject } from './temporary-project.ts'

const harmless = `import { type Kysely, sql } from 'kysely'

export const revision = 'aaa1'
export const downRevision: string | null = null
export const config = { lockTimeout: '1s' } as const

export async function up(db: Kysely<any>): Promise<void> {
  await sql\`select \${db}\`.execute(db)
}

export function down(db: number): number {
  return db + 1
}
`

function useScripts() {
  const project = temporaryProject({})
  const folder = project.path('node_modules/.cache/dbmig/scripts')
  const kept = () => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [])
  /** A new one each time, as another process has. */
  const evaluate = (source: string, name = 'a.ts') =>
    createScriptEvaluator(project.root)(project.path(name), source)
  return { project, folder, kept, evaluate }
}

/** Evaluates a source and waits until its script is kept. */
async function keep({ evaluate, kept }: ReturnType<typeof useScripts>, source: string) {
  const exports = await evaluate(source)
  await expect.poll(() => kept()[0] && readFileSync(kept()[0] ?? '', 'utf8')).toMatch(/\n\}\}\)$/)
  return exports
}

function call(
  exports: Readonly<Record<string, unknown>> | null,
  name: string,
  db: unknown,
): Promise<unknown> {
  return Reflect.apply(Object(exports?.[name]), undefined, [db])
}

/** Changes the text of the one script that is kept. */
function rewrite(file: string, change: (content: string) => string) {
  const [, ...lines] = readFileSync(file, 'utf8').split('\n')
  const content = change(lines.join('\n'))
  writeFileSync(file, `//${hash('sha256', content)}\n${content}`)
}

test('a module that is kept exports what it exported', async () => {
  const scripts = useScripts()
  const exports = {
    ...{ revision: 'aaa1', downRevision: null, config: { lockTimeout: '1s' } },
    ...{ up: expect.any(Function), down: expect.any(Function) },
  }
  expect(await keep(scripts, harmless)).toEqual(exports)
  const again = await scripts.evaluate(harmless)
  expect(again).toEqual(exports)
  expect(await call(again, 'down', 1)).toBe(2)
})

test('a harmless module that is kept is evaluated when one of its functions is called', async () => {
  const scripts = useScripts()
  await keep(scripts, harmless)
  const [file = ''] = scripts.kept()
  rewrite(file, (content) =>
    content.replace('db + 1', 'db + 10').replace('return {', "throw new Error('evaluated')\nreturn {"),
  )
  const exports = await scripts.evaluate(harmless)
  expect(exports).toHaveProperty('revision', 'aaa1')
  await expect(call(exports, 'down', 1)).rejects.toThrow('evaluated')
})

test('an error of a function names its file and line, also where the module is kept', async () => {
  const scripts = useScripts()
  const source = 'export const revision = 1\nexport async function up(db: any) {\n  await db.fail()\n}\n'
  const db = {
    async fail() {
      await new Promise(setImmediate)
      throw new Error('refused')
    },
  }
  for (const exports of [await keep(scripts, source), await scripts.evaluate(source)]) {
    const error = await call(exports, 'up', db).catch((error: unknown) => error)
    expect(String(Reflect.get(Object(error), 'stack'))).toContain(`${scripts.project.path('a.ts')}:3:`)
  }
})

test('a script that is kept holds no state of another', async () => {
  const scripts = useScripts()
  await keep(scripts, harmless)
  const [one, other] = [await scripts.evaluate(harmless), await scripts.evaluate(harmless)]
  expect(one?.['config']).toEqual(other?.['config'])
  expect(one?.['config']).not.toBe(other?.['config'])
})

test.each([
  ['undefined', 'export const dependsOn = [undefined]\n', { dependsOn: [undefined] }],
  ['a BigInt', 'export const config = { lockTimeout: 10n }\n', { config: { lockTimeout: 10n } }],
])('%s, which JSON has no word for, is not kept', async (_, source, exports) => {
  const { evaluate, kept } = useScripts()
  expect(await evaluate(source)).toEqual(exports)
  // What is kept is written in the next turn.
  await new Promise(setImmediate)
  expect(kept()).toEqual([])
  expect(await evaluate(source)).toEqual(exports)
})

test('a script that is not whole is written again', async () => {
  const scripts = useScripts()
  await keep(scripts, harmless)
  const [file = ''] = scripts.kept()
  const whole = readFileSync(file, 'utf8')
  writeFileSync(file, whole.slice(0, -20))
  expect(await scripts.evaluate(harmless)).toHaveProperty('revision', 'aaa1')
  await expect.poll(() => readFileSync(file, 'utf8')).toBe(whole)
})

test('without a place for scripts all works, and none is written', async () => {
  const { project, evaluate, folder } = useScripts()
  mkdirSync(project.path('node_modules/.cache'), { recursive: true })
  // A file where the folder would be stops root, too.
  writeFileSync(project.path('node_modules/.cache/dbmig'), '')
  expect(await evaluate(harmless)).toHaveProperty('revision', 'aaa1')
  expect(await evaluate(harmless)).toHaveProperty('revision', 'aaa1')
  expect(existsSync(folder)).toBe(false)
})

test('a changed source is another module', async () => {
  const scripts = useScripts()
  await keep(scripts, harmless)
  expect(await scripts.evaluate(harmless.replace('aaa1', 'bbb2'))).toHaveProperty('revision', 'bbb2')
})

test('the names from Kysely are those of dbmig itself', async () => {
  const source = "import { sql } from 'kysely'\nexport function up() {\n  return sql\n}\n"
  expect(await call(await useScripts().evaluate(source), 'up', null)).toBe(sql)
})

test('a file whose folder has a Kysely of its own is left to another loader, now and when it was kept elsewhere', async () => {
  const scripts = useScripts()
  await keep(scripts, harmless)
  scripts.project.write({
    'near/node_modules/kysely/package.json': '{"name":"kysely","main":"index.js"}',
    'near/node_modules/kysely/index.js': '',
  })
  expect(await scripts.evaluate(harmless, 'near/a.ts')).toBeNull()
})

test.each([
  [
    'imports what Kysely does not export',
    "import { nobody } from 'kysely'\nexport function up() {\n  nobody()\n}\n",
  ],
  [
    'imports a type as if it were a value',
    "import { Generated } from 'kysely'\nexport function up(db: Generated<1>) {}\n",
  ],
  ['imports anything else', "import { a } from './b.ts'\nexport function up() {}\n"],
  [
    'reaches out of its file',
    "export const revision = 'a'\nexport function up() {\n  globalThis.reached = 1\n}\n",
  ],
  ['remembers', 'const ids = []\nexport function up() {\n  ids.push(1)\n}\n'],
  ['has an enum', 'export enum A { B }\n'],
  ['is not well formed', "export const revision = = 'a'\n"],
  ['declares a function twice', 'export function up() {}\nexport function up() {}\n'],
])('a module that %s is left to another loader', async (_, source) => {
  const { evaluate, kept } = useScripts()
  expect(await evaluate(source)).toBeNull()
  await new Promise(setImmediate)
  expect(kept()).toEqual([])
})

test('JavaScript is not read as TypeScript', async () => {
  const source = 'export function up(a) {\n  const b = 2, c = 3\n  return [a<b, c>(a)]\n}\n'
  expect(await call(await useScripts().evaluate(source, 'a.js'), 'up', 1)).toEqual([true, true])
})
