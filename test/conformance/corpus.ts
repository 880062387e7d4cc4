/** The schemas and pairs that others wrote: where they are, what they exercise, how they are loaded and compared. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

/** Beside the repository; null where it is not. */
export const corpus: string | null = (() => {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/corpus')
  return existsSync(folder) ? folder : null
})()

export interface Pair {
  /** `stripe/add-column`. */
  readonly id: string
  readonly source: string
  readonly folder: string
  readonly tier: string
  readonly features: readonly string[]
}

export interface Schema {
  readonly id: string
  readonly file: string
}

/**
 * The pairs that load on PostgreSQL 15, or, for a newer server, all of them.
 *
 * @param major the server's version
 */
export function listPairs(folder: string, major = 15): Pair[] {
  const root = join(folder, 'pairs')
  return readdirSync(root).flatMap((source) =>
    readdirSync(join(root, source)).flatMap((name) => {
      const meta = JSON.parse(readFileSync(join(root, source, name, 'meta.json'), 'utf8'))
      if ((meta.pg15 !== true && major === 15) || meta.set !== 'open') return []
      return [
        {
          id: `${source}/${name}`,
          source,
          folder: join(root, source, name),
          tier: meta.tier ?? 'none',
          features: meta.features ?? [],
        },
      ]
    }),
  )
}

export function listSchemas(folder: string): Schema[] {
  const index: { name: string; file: string; set: string }[] = JSON.parse(
    readFileSync(join(folder, 'schemas', 'index.json'), 'utf8'),
  )
  return index
    .filter((one) => one.set === 'open')
    .map((one) => ({ id: one.name, file: join(folder, 'schemas', one.file) }))
}

/** Loads one side of a pair, or a whole schema, into an empty database, with the roles that it needs. */
export async function load(folder: string, what: readonly string[], url: string): Promise<void> {
  await execa('python3', [join(folder, 'load.py'), ...what, url])
}

export async function dropDatabase(folder: string, url: string): Promise<void> {
  await execa('python3', [join(folder, 'load.py'), '--drop', url])
}

export interface Verdict {
  /** Equal, perhaps up to the order of columns. */
  readonly equal: boolean
  readonly report: string
}

/** Compares two databases by `pg_dump --schema-only`, with owners and privileges, and without dbmig's ledger. */
export async function compareDumps(folder: string, a: string, b: string): Promise<Verdict> {
  const ledger = ['-x', 'public.dbmig_version', '-x', 'public.dbmig_log', '--with-owner']
  const { exitCode, stdout, stderr } = await execa(
    'python3',
    [join(folder, 'verify.py'), a, b, ...ledger, '--max-diff', '20'],
    { reject: false },
  )
  return { equal: exitCode === 0 || exitCode === 1, report: `${stdout}${stderr}` }
}
