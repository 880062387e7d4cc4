/** One case of the corpus, taken through the tool as its user would: there with `upgrade`, back with `downgrade`. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { revision } from '../../src/authoring/revision.ts'
import { check } from '../../src/comparison/check.ts'
import type { RenameAnswer, RenameQuestion } from '../../src/comparison/renames.ts'
import type { Project } from '../../src/config/config.ts'
import { loadProject } from '../../src/config/project.ts'
import { openSession } from '../../src/database/open.ts'
import { DbmigError } from '../../src/errors.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { compareCatalogsOf } from './catalogs.ts'
import { compareDumps, dropDatabase, load, type Pair, type Schema } from './corpus.ts'

export interface Outcome {
  readonly id: string
  readonly ok: boolean
  /** The stage that failed. */
  readonly stage: string
  /** Why, in a few lines. */
  readonly reason: string
  readonly ms: number
}

export interface Place {
  readonly corpus: string
  /** `postgres://…` without a database. */
  readonly base: string
  /** Distinguishes what runs at the same time. */
  readonly worker: number
  /** What says whether two databases are equal: `pg_dump`, unless told; dbmig's own catalogs where no `pg_dump` knows the server. */
  readonly equality?: 'dumps' | 'catalogs'
  /** What is said of objects that may have been renamed; that they are separate unless told. */
  readonly renames?: 'separate' | 'accepted'
}

/** Before → autogenerate → upgrade equals after, up to date; downgrade equals before. */
export async function runPair(pair: Pair, place: Place): Promise<Outcome> {
  return attempt(pair.id, place, async (databases, stage) => {
    const { before, after, live } = databases
    stage('load')
    await load(place.corpus, [pair.folder, 'before'], before)
    await load(place.corpus, [pair.folder, 'after'], after)
    await copyDatabase(place, before, live)
    const project = await projectOf(live, [join(pair.folder, 'after.sql')], databases.folder)
    await roundTrip(project, place, { start: before, end: after }, stage)
  })
}

/** From an empty database to the whole schema and back; and nothing breaks when the declaration is empty. */
export async function runSchema(schema: Schema, place: Place): Promise<Outcome> {
  return attempt(schema.id, place, async (databases, stage) => {
    const { before, after, live } = databases
    stage('load')
    await load(place.corpus, [schema.file], after)
    stage('check against itself')
    const own = await projectOf(after, [schema.file], databases.folder)
    mustBeUpToDate(await check(own))
    stage('check against an empty declaration')
    await check({ ...own, schema: [] })
    const project = await projectOf(live, [schema.file], databases.folder)
    await roundTrip(project, place, { start: before, end: after }, stage)
  })
}

/** The likeliest candidate, as somebody who answers yes to the first question. */
async function acceptFirst({ candidates: [first] }: RenameQuestion): Promise<RenameAnswer> {
  return first?.identity ?? null
}

async function roundTrip(
  project: Project,
  place: Place,
  expected: { readonly start: string; readonly end: string },
  stage: (name: string) => void,
): Promise<void> {
  const live = project.url ?? ''
  stage('autogenerate')
  const written = await revision(project, {
    message: 'round trip',
    autogenerate: true,
    ...(place.renames === 'accepted' ? { onRename: acceptFirst } : { noRename: true }),
  })
  stage('upgrade')
  if (!written.upToDate) await upgrade(project, { target: 'head' })
  stage('compare after upgrade')
  await mustBeEqual(place, live, expected.end)
  mustBeUpToDate(await check(project))
  stage('downgrade')
  if (!written.upToDate) await downgrade(project, { target: 'base' })
  stage('compare after downgrade')
  await mustBeEqual(place, live, expected.start)
}

export function mustBeUpToDate({ changes }: Awaited<ReturnType<typeof check>>): void {
  if (changes.length > 0)
    throw new Error(`differences are left:\n${changes.map((change) => change.summary).join('\n')}`)
}

export async function mustBeEqual({ corpus, equality }: Place, a: string, b: string): Promise<void> {
  const { equal, report } =
    equality === 'catalogs' ? await compareCatalogsOf(a, b) : await compareDumps(corpus, a, b)
  if (!equal) throw new Error(report)
}

const SCRATCH = fileURLToPath(new URL('../../.dbmig/', import.meta.url))

interface Databases {
  readonly before: string
  readonly after: string
  readonly live: string
  readonly folder: string
}

export async function attempt(
  id: string,
  place: Place,
  run: (databases: Databases, stage: (name: string) => void) => Promise<void>,
): Promise<Outcome> {
  const url = (name: string): string => `${place.base}/conformance_${name}_${place.worker}`
  const databases = { before: url('before'), after: url('after'), live: url('live') }
  // Within the repository, so that a revision finds its kysely.
  await mkdir(SCRATCH, { recursive: true })
  const folder = await mkdtemp(join(SCRATCH, 'conformance-'))
  const started = performance.now()
  let at = 'create'
  try {
    for (const one of Object.values(databases)) await createDatabase(place, one)
    await run({ ...databases, folder }, (name) => {
      at = name
    })
    return { id, ok: true, stage: 'done', reason: '', ms: performance.now() - started }
  } catch (error) {
    return { id, ok: false, stage: at, reason: describe(error), ms: performance.now() - started }
  } finally {
    for (const one of Object.values(databases)) await dropDatabase(place.corpus, one)
    await rm(folder, { recursive: true, force: true })
  }
}

function describe(error: unknown): string {
  if (error instanceof DbmigError) return `${error.code}: ${error.message}\n${error.detail ?? ''}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function createDatabase({ base }: Place, url: string, template = 'template0'): Promise<void> {
  const admin = await openSession(`${base}/postgres`)
  try {
    await admin.execute(`create database ${nameOf(url)} template ${template}`)
  } finally {
    await admin.close()
  }
}

async function copyDatabase(place: Place, from: string, to: string): Promise<void> {
  await dropDatabase(place.corpus, to)
  await createDatabase(place, to, nameOf(from))
}

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}

export async function projectOf(url: string, schema: readonly string[], folder: string): Promise<Project> {
  return loadProject({
    cwd: folder,
    env: {},
    overrides: {
      url,
      schema,
      schemas: ['*'],
      manage: ['grants', 'owners', 'publications', 'event triggers'],
      migrations: join(folder, nameOf(url)),
    },
  })
}
