/**
 * `npm run conformance [-- FILTER] [--traversal | --schemas | --pairs] [--jobs N] [--features a,b,…] [--json FILE]`: walks the graphs
 * that Alembic was seen to walk, takes every open schema and pair of the corpus through the tool on a PostgreSQL of its own, and
 * prints a table.
 */
import { writeFileSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { corpus, listPairs, listSchemas, type Pair } from './corpus.ts'
import { debianPostgres, startDebianCluster } from './debian-cluster.ts'
import { type Outcome, runPair, runSchema } from './round-trip.ts'
import { groupOf, judge, readWalks } from './traversal.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    traversal: { type: 'boolean' },
    schemas: { type: 'boolean' },
    pairs: { type: 'boolean' },
    jobs: { type: 'string', default: '2' },
    features: { type: 'string' },
    json: { type: 'string' },
  },
})

async function main(): Promise<number> {
  const [filter = ''] = positionals
  const walks = values.schemas || values.pairs ? [] : runWalks(filter)
  report('traversal', walks, ({ stage }) => stage)
  const databaseCode = values.traversal ? 0 : await runOnDatabases(filter)
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
  const bin = debianPostgres()
  if (corpus === null || bin === null) {
    console.error(
      "The conformance cases need ../shared/corpus beside the repository and Debian's package postgresql.",
    )
    return 2
  }
  const folder = corpus
  const features = values.features?.split(',')
  const pairs = values.schemas
    ? []
    : listPairs(folder).filter((pair) => pair.id.includes(filter) && withinFeatures(pair, features))
  const schemas = values.pairs ? [] : listSchemas(folder).filter((schema) => schema.id.includes(filter))
  const cluster = await startDebianCluster(bin)
  try {
    const place = { corpus: folder, base: cluster.base }
    const jobs = Number(values.jobs)
    const ofSchemas = await inParallel(schemas, jobs, (schema, worker) =>
      runSchema(schema, { ...place, worker }),
    )
    const ofPairs = await inParallel(pairs, jobs, (pair, worker) => runPair(pair, { ...place, worker }))
    report('schemas', ofSchemas, () => 'schemas')
    report('pairs by source', ofPairs, ({ id }) => id.split('/')[0] ?? '')
    const tiers = new Map(pairs.map((pair) => [pair.id, pair.tier]))
    report('pairs by tier', ofPairs, ({ id }) => tiers.get(id) ?? '')
    const all = [...ofSchemas, ...ofPairs]
    tellFailures(all)
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(all, null, 1))
    return all.every((one) => one.ok) ? 0 : 1
  } finally {
    await cluster.stop()
  }
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
