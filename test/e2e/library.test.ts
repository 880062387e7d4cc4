/** The package as an application sees it: by its name, through its exports, with its types. */
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { repository, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

/** A project in which dbmig is installed. */
function useApplication(files: Readonly<Record<string, string>>): string {
  const cwd = useProject({ 'package.json': '{ "type": "module" }', '.dbmigrc.json': '{}', ...files })
  symlinkSync(repository, join(cwd, 'node_modules/dbmig'), 'dir')
  symlinkSync(join(repository, 'node_modules/@types'), join(cwd, 'node_modules/@types'), 'dir')
  symlinkSync(join(repository, 'node_modules/vitest'), join(cwd, 'node_modules/vitest'), 'dir')
  return cwd
}

function examplesOf(page: string): Record<string, string> {
  const text = readFileSync(join(repository, 'docs', page), 'utf8')
  const examples = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)
  return Object.fromEntries(examples.map((code, index) => [`${page}.${index}.ts`, code]))
}

const application = `import {
  type CommandEvent, type CommandOptions, type Config, type Current, current, DbmigError, defineConfig, type FleetResult,
  type UpgradeOptions, type UpgradeResult, upgrade, upgradeAll,
} from 'dbmig'
import { type TestDatabase, testDatabase } from 'dbmig/testing'

const config: Config = defineConfig({ databases: { a: { url: 'postgres://localhost/a', schema: 'a' } } })
const options: CommandOptions & UpgradeOptions = { target: 'head', config, signal: AbortSignal.timeout(1000) }

export async function run(): Promise<UpgradeResult | null> {
  try {
    return await upgrade({ ...options, onEvent: (event: CommandEvent) => event.type === 'start' && event.revision.message })
  } catch (error) {
    if (error instanceof DbmigError && error.code === 'RUNNER_LOCKED') return null
    throw error
  }
}
export const at: Promise<Current> = current({ config })
const fleet: FleetResult<UpgradeResult> = await upgradeAll({ ...options, only: ['a*'], concurrency: 2 })
for (const one of fleet.databases) {
  const said: string = one.ok ? one.heads.join() : one.error.message
  console.log(said)
}
const database: TestDatabase = await testDatabase({ url: 'pglite:memory' })
const db = await database.kysely<{ t: { id: number } }>()
export const ids: { id: number }[] = await db.selectFrom('t').select('id').execute()
`

describe('types', () => {
  test.each([
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ])(
    'of every option, event, result and error are there, under moduleResolution %s',
    async (resolution, module) => {
      const cwd = useApplication({
        'app.ts': application,
        ...examplesOf('library.md'),
        ...examplesOf('fleets.md'),
        ...examplesOf('testing.md'),
        'tsconfig.json': JSON.stringify({
          compilerOptions: {
            ...{
              module,
              moduleResolution: resolution,
              target: 'es2022',
              lib: ['es2023', 'esnext.disposable'],
            },
            ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
            ...{ skipLibCheck: true, noEmit: true, types: ['node'] },
          },
          include: ['*.ts'],
        }),
      })
      const tsc = join(repository, 'node_modules/typescript/bin/tsc')
      const { stdout } = await execa(process.execPath, [tsc], { cwd, reject: false })
      expect(stdout).toBe('')
    },
  )
})

test('several instances of the application of the page start at once, and one migrates', async () => {
  const { url } = await useTestDatabase()
  const cwd = useApplication({ ...tables('aaa1', 'bbb2'), ...examplesOf('library.md') })
  const jiti = join(repository, 'node_modules/jiti/lib/jiti-cli.mjs')
  const env = { DATABASE_URL: url, PORT: '0' }
  const instances = [1, 2, 3].map(() =>
    execa(process.execPath, [jiti, 'library.md.0.ts'], { cwd, env, reject: false }),
  )
  const outputs = await Promise.all(
    instances.map(async (instance) => {
      let output = ''
      instance.stdout?.on('data', (text) => {
        output += String(text)
        if (/the database is at/.test(output)) instance.kill('SIGTERM')
      })
      await instance
      return output
    }),
  )
  const ran = outputs.map((output) => /the database is at bbb2, (\d) revisions ran/.exec(output)?.[1])
  expect(ran.sort()).toEqual(['0', '0', '2'])
})

test('CommonJS can require it, several runs go on at once, and the process is left as it was', async () => {
  const [first, second] = [await useTestDatabase(), await useTestDatabase()]
  const cwd = useApplication({
    ...tables('aaa1', 'bbb2'),
    'main.cjs': `const { upgrade } = require('dbmig')
const { testDatabase } = require('dbmig/testing')
const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]).join()
const before = listeners()
Promise.all(process.argv.slice(2).map((url) => upgrade({ target: 'head', url }))).then((results) => {
  const unchanged = before === listeners()
  process.stdout.write(JSON.stringify({ heads: results.map(({ heads }) => heads), unchanged, testing: typeof testDatabase }))
})
`,
  })
  const { stdout, stderr } = await execa(process.execPath, ['main.cjs', first.url, first.url, second.url], {
    cwd,
  })
  expect(JSON.parse(stdout)).toEqual({
    heads: [['bbb2'], ['bbb2'], ['bbb2']],
    unchanged: true,
    testing: 'function',
  })
  expect(stderr.replace(/.*ExperimentalWarning.*|.*--trace-warnings.*/g, '').trim()).toBe('')
})
