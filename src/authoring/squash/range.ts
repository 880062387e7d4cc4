/** What a range of revisions does, measured on a shadow database, and the one revision that does the same, proved on another. */
import type { Catalog } from '../../catalog/catalog.ts'
import { readCatalog } from '../../catalog/read.ts'
import { ledgerTables } from '../../comparison/comparison.ts'
import { proveRevisions } from '../../comparison/proof.ts'
import { runRevisions } from '../../comparison/rebuild.ts'
import type { Project } from '../../config/config.ts'
import type { Session } from '../../database/session.ts'
import type { Plan, Sides } from '../../diff/change.ts'
import { compareCatalogs } from '../../diff/compare.ts'
import { planChanges } from '../../diff/plan.ts'
import { type RevisionHeader, revisionSource } from '../../emit/revision.ts'
import type { RevisionTemplate } from '../../emit/template.ts'
import type { Revision } from '../../graph/revision.ts'
import type { Revisions } from '../../runner/project.ts'
import { type BesideSchema, differingFacts, readBesideSchema } from './beside-schema.ts'
import { linesOfWrites, proofAdvice, rangeDoesMore, rangeDoesNotRun, rangeWritesRows } from './errors.ts'
import { type Watched, watchRows } from './row-watch.ts'

export interface RangeInput {
  readonly project: Project
  readonly revisions: Revisions
  /** What the range stands on, and the range, oldest first. */
  readonly below: readonly Revision[]
  readonly range: readonly Revision[]
  readonly header: RevisionHeader
  readonly template: RevisionTemplate
  /** Where the one revision will stand. */
  readonly path: string
  /** Goes without what is no schema. */
  readonly schemaOnly: boolean
  /** An empty shadow database; asked twice. */
  openShadow(): Promise<Session>
  readonly say: (message: string) => void
  readonly signal: AbortSignal | undefined
}

export interface MeasuredSquash {
  readonly source: string
  readonly losses: readonly string[]
  readonly risks: readonly string[]
  /** What the range does and the one revision does not, in words; empty unless asked for with `schemaOnly`. */
  readonly leftOut: readonly string[]
}

/**
 * Runs the range, makes one revision of what it did to the schema, and runs that.
 *
 * @throws DbmigError AUTHORING_SQUASH_RANGE_FAILED, AUTHORING_SQUASH_ROWS, AUTHORING_SQUASH_MORE, `AUTHORING_PROOF_…`, `DIFF_…`
 */
export async function measureSquash(input: RangeInput): Promise<MeasuredSquash> {
  const { project, below, range, header, template, path, schemaOnly, say } = input
  const first = await input.openShadow()
  say(below.length === 0 ? 'running the range on a shadow database' : 'running what the range stands on')
  await runUp(input, first, below)
  const read = (session: Session): Promise<Catalog> => readWhole(project, session)
  const live = await read(first)
  if (below.length > 0) say('running the range')
  const { rows: writes, shared } = await runWatched(input, first, range)
  if (writes.length > 0 && !schemaOnly) throw rangeWritesRows(writes)
  const sides: Sides = { live, target: await read(first) }
  const expected = await readBesideSchema(first, ledgerTables(project))
  const up = planOf(sides)
  const source = revisionSource(header, up, planOf({ live: sides.target, target: sides.live }), template)

  let lost: readonly string[] = []
  const shadow = await input.openShadow()
  await proveRevisions({
    files: [{ source, path, message: header.message }],
    root: project.root,
    sides,
    shadow,
    read,
    say,
    advice: proofAdvice,
    start: {
      what: 'What the range stands on, run a second time,',
      run: async () => {
        say('proving the new revision on another shadow database')
        await runUp(input, shadow, below)
      },
    },
    afterUp: async () => {
      lost = [...shared, ...describeLost(expected, await readBesideSchema(shadow, ledgerTables(project)))]
      if (lost.length > 0 && !schemaOnly) throw rangeDoesMore(lost)
    },
  })
  const rows = linesOfWrites(writes).map((line) => `rows: ${line.trim()}`)
  return { source, losses: up.losses, risks: up.risks, leftOut: [...rows, ...lost] }
}

function planOf(sides: Sides): Plan {
  return planChanges(compareCatalogs(sides), sides)
}

/** What the range leaves, as far as the one revision leaves something else. */
function describeLost(expected: BesideSchema, found: BesideSchema): string[] {
  return differingFacts(expected, found).map((what) => {
    const [wanted, got] = [expected.get(what), found.get(what)]
    return wanted === undefined ? `${what}: none, not ${got}` : `${what}: ${wanted}`
  })
}

/** Everything, whatever the project manages: what is not read would be lost. */
async function readWhole(project: Project, session: Session): Promise<Catalog> {
  const [row] = await session.query<{ schema: string | null }>('select current_schema()::text as schema')
  const catalog = await readCatalog(session, {
    schemas: ['*'],
    hiddenTables: ledgerTables(project),
    defaultSchema: row?.schema ?? 'public',
  })
  return { ...catalog, managed: { owners: true, grants: true } }
}

/** The ledger is there also where nothing runs: both sides of the comparison are to have what it needs, a schema of its own for one. */
async function runUp(
  { project, revisions, signal }: RangeInput,
  session: Session,
  up: readonly Revision[],
): Promise<void> {
  await runRevisions({ project, revisions, session, up, signal }, rangeDoesNotRun)
}

/** One at a time, so that what is seen can be told of each. */
async function runWatched(
  input: RangeInput,
  session: Session,
  revisions: readonly Revision[],
): Promise<Watched> {
  const { project } = input
  const watch = await watchRows(session, ledgerTables(project))
  for (const revision of revisions) {
    await runUp(input, watch.session, [revision])
    await watch.look(revision.revision)
  }
  return watch.end()
}
