/**
 * `npm run conformance [-- FILTER] [--schemas | --pairs] [--jobs N] [--features a,b,…] [--json FILE]`: takes every open schema and
 * pair of the corpus through the tool on a PostgreSQL of its own, and prints a table.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { corpus, listPairs, listSchemas, type Pair } from './corpus.ts'
import { debianPostgres, startDebianCluster } from './debian-cluster.ts'
import { type Outcome, runPair, runSchema } from './round-trip.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    schemas: { type: 'boolean' },
    pairs: { type: 'boolean' },
    jobs: { type: 'string', default: '2' },
    features: { type: 'string' },
    json: { type: 'string' },
  },
})

async function main(): Promise<number> {
  const bin = debianPostgres()
  if (corpus === null || bin === null) {
    console.error(
      "The conformance cases need ../shared/corpus beside the repository and Debian's package postgresql.",
    )
    return 2
  }
  const folder = corpus
  const [filter = ''] = positionals
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
    for (const one of all)
      if (!one.ok)
        console.log(`\nFAILED ${one.id} (${one.stage})\n${one.reason.split('\n').slice(0, 12).join('\n')}`)
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(all, null, 1))
    return all.every((one) => one.ok) ? 0 : 1
  } finally {
    await cluster.stop()
  }
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

function report(title: string, outcomes: readonly Outcome[], groupOf: (outcome: Outcome) => string): void {
  if (outcomes.length === 0) return
  const groups = new Map<string, Outcome[]>()
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
