/**
 * `npm run conformance [-- FILTER] [--traversal] [--schemas] [--pairs] [--sql] [--pull] [--types] [--postgres MAJOR] [--accept-renames] [--jobs N] [--features a,b,…] [--json FILE]`: walks the
 * graphs that Alembic was seen to walk, takes every open schema and pair of the corpus through the tool on a PostgreSQL of its own,
 * and the schemas and the example through psql as well, pulls each schema, compiles its types, and prints a table. Flags choose among these parts; without one, all are run.
 * What may have been renamed is dropped and made; with `--accept-renames` the likeliest answer is yes.
 * The server is Debian's, and `pg_dump` compares; with `--postgres`, it is an npm package's (see test/support/matrix.ts), and catalogs are compared.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { newest, startEmbedded } from '../support/embedded.ts'
import { corpus, listPairs, listSchemas, type Pair } from './corpus.ts'
import { debianPostgres, startDebianCluster } from './debian-cluster.ts'
import { runSchemaOffline } from './offline.ts'
import { runPull } from './pull.ts'
import { type Outcome, runPair, runSchema } from './round-trip.ts'
import { groupOf, judge, readWalks } from './traversal.ts'
import { runTypes } from './types.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    traversal: { type: 'boolean' },
    schemas: { type: 'boolean' },
    pairs: { type: 'boolean' },
    sql: { type: 'boolean' },
    pull: { type: 'boolean' },
    types: { type: 'boolean' },
    jobs: { type: 'string', default: '2' },
    postgres: { type: 'string' },
    'accept-renames': { type: 'boolean' },
    features: { type: 'string' },
    json: { type: 'string' },
  },
})

type Part = 'traversal' | 'schemas' | 'pairs' | 'sql' | 'pull' | 'types'
const parts: readonly Part[] = ['traversal', 'schemas', 'pairs', 'sql', 'pull', 'types']
const chosen = parts.filter((part) => values[part])
const wants = (part: Part): boolean => chosen.length === 0 || chosen.includes(part)

const example = {
  id: 'examples/shop',
  file: fileURLToPath(new URL('../../examples/shop/schema.ts', import.meta.url)),
}

async function main(): Promise<number> {
  const [filter = ''] = positionals
  const walks = wants('traversal') ? runWalks(filter) : []
  report('traversal', walks, ({ stage }) => stage)
  const onDatabases = parts.some((part) => part !== 'traversal' && wants(part))
  const databaseCode = onDatabases ? await runOnDatabases(filter) : 0
  tellFailures(walks)
  return walks.every((walk) => walk.ok) ? databaseCode : 1
}

type Verdict = Omit<Outcome, 'ms'>

function runWalks(filter: string): Verdict[] {
  return readWalks()
    .filter((walk) => walk.name.includes(filter))
    .map((walk) => {
      const { expected, found } = judge(walk)
      const ok = isDeepStrictEqual(found, expected)
      const reason = ok ? '' : `expected ${JSON.stringify(expected)}\nfound    ${JSON.stringify(found)}`
      return { id: walk.name, ok, stage: groupOf(walk), reason }
    })
}

async function runOnDatabases(filter: string): Promise<number> {
  const { postgres: major } = values
  const bin = debianPostgres()
  if (corpus === null || bin === null) {
    console.error(
      "The conformance cases need ../shared/corpus beside the repository and Debian's package postgresql.",
    )
    return 2
  }
  const folder = corpus
  const features = values.features?.split(',')
  const matching = <T extends { readonly id: string }>(part: Part, all: () => readonly T[]): T[] =>
    wants(part) ? all().filter(({ id }) => id.includes(filter)) : []
  const pairs = matching('pairs', () => listPairs(folder, Number(major ?? 15))).filter((pair) =>
    withinFeatures(pair, features),
  )
  const schemas = matching('schemas', () => listSchemas(folder))
  const pulls = matching('pull', () => listSchemas(folder))
  const typed = matching('types', () => listSchemas(folder))
  const scripts = matching('sql', () => [...listSchemas(folder), example])
  const cluster = major === undefined ? await startDebianCluster(bin) : await startNpmCluster(major)
  try {
    const equality = major === undefined ? ('dumps' as const) : ('catalogs' as const)
    const renames = values['accept-renames'] ? ('accepted' as const) : ('separate' as const)
    const place = { corpus: folder, base: cluster.base, equality, renames }
    const jobs = Number(values.jobs)
    const ofSchemas = await inParallel(schemas, jobs, (schema, worker) =>
      runSchema(schema, { ...place, worker }),
    )
    const ofScripts = await inParallel(scripts, jobs, (schema, worker) =>
      runSchemaOffline(schema, { ...place, worker }),
    )
    const ofPulls = await inParallel(pulls, jobs, (schema, worker) => runPull(schema, { ...place, worker }))
    const ofTypes = await inParallel(typed, jobs, (schema, worker) => runTypes(schema, { ...place, worker }))
    const ofPairs = await inParallel(pairs, jobs, (pair, worker) => runPair(pair, { ...place, worker }))
    report('schemas', ofSchemas, () => 'schemas')
    report('schemas by script', ofScripts, () => 'schemas')
    report('schemas pulled', ofPulls, () => 'schemas')
    report('types of schemas', ofTypes, () => 'schemas')
    report('pairs by source', ofPairs, ({ id }) => id.split('/')[0] ?? '')
    const tiers = new Map(pairs.map((pair) => [pair.id, pair.tier]))
    report('pairs by tier', ofPairs, ({ id }) => tiers.get(id) ?? '')
    const all = [...ofSchemas, ...ofScripts, ...ofPulls, ...ofTypes, ...ofPairs]
    tellFailures(all)
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(all, null, 1))
    return all.every((one) => one.ok) ? 0 : 1
  } finally {
    await cluster.stop()
  }
}

async function startNpmCluster(
  major: string,
): Promise<{ readonly base: string; readonly stop: () => Promise<void> }> {
  const settings = { wal_level: 'logical', max_locks_per_transaction: '1024' }
  const { url, stop } = await startEmbedded(major === newest ? { settings } : { major, settings })
  return { base: url.slice(0, url.lastIndexOf('/')), stop }
}

function tellFailures(outcomes: readonly Verdict[]): void {
  for (const { id, ok, stage, reason } of outcomes)
    if (!ok) console.log(`\nFAILED ${id} (${stage})\n${reason.split('\n').slice(0, 12).join('\n')}`)
}

function withinFeatures(pair: Pair, features: readonly string[] | undefined): boolean {
  return features === undefined || pair.features.every((feature) => features.includes(feature))
}

async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  run: (item: T, worker: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const queue = [...items]
  const outcomes: Outcome[] = []
  const work = async (worker: number): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const outcome = await run(item, worker)
      outcomes.push(outcome)
      if (!outcome.ok)
        console.error(
          `${outcome.id}: failed at ${outcome.stage}: ${outcome.reason.split('\n').slice(0, 6).join(' | ')}`,
        )
      if (outcomes.length % 50 === 0) console.error(`${outcomes.length} of ${items.length}`)
    }
  }
  await Promise.all(Array.from({ length: jobs }, (_, worker) => work(worker)))
  return outcomes.sort((a, b) => (a.id < b.id ? -1 : 1))
}

function report<V extends Verdict>(
  title: string,
  outcomes: readonly V[],
  groupOf: (outcome: V) => string,
): void {
  if (outcomes.length === 0) return
  const groups = new Map<string, V[]>()
  for (const outcome of outcomes)
    groups.set(groupOf(outcome), [...(groups.get(groupOf(outcome)) ?? []), outcome])
  console.log(`\n${title.padEnd(24)} passed  of     %`)
  for (const [name, members] of [...groups, ['all', outcomes] as const]) {
    const passed = members.filter((one) => one.ok).length
    console.log(
      `${name.padEnd(24)} ${String(passed).padStart(6)} ${String(members.length).padStart(4)} ${((100 * passed) / members.length).toFixed(1).padStart(6)}`,
    )
  }
}

process.exitCode = await main()
