/** The command `pull`: an existing database becomes a declared schema and a first revision that is stamped as applied. */
import { join } from 'node:path'
import type { Catalog } from '../../catalog/catalog.ts'
import type { Project } from '../../config/config.ts'
import type { Session } from '../../database/session.ts'
import { compareCatalogs } from '../../diff/compare.ts'
import { planChanges } from '../../diff/plan.ts'
import { type RevisionHeader, revisionSource } from '../../emit/revision.ts'
import type { RevisionTemplate } from '../../emit/template.ts'
import { buildGraph, type RevisionGraph } from '../../graph/graph.ts'
import { currentActor } from '../../ledger/actor.ts'
import { type LedgerLocation, ledgerLocation } from '../../ledger/location.ts'
import { readLedger } from '../../ledger/read.ts'
import { ensureWritableLedger } from '../../ledger/tables.ts'
import { readProjectRevisions } from '../../loader/project-revisions.ts'
import { readText } from '../../loader/read-text.ts'
import type { OnEvent } from '../../runner/events.ts'
import { heard } from '../../runner/listener.ts'
import { withMigrationLock } from '../../runner/lock/lock.ts'
import { openProjectSession, waitingWith } from '../../runner/project.ts'
import { inTransaction } from '../../runner/stamp.ts'
import { removeDraftsOf } from '../drafts.ts'
import type { HookResult } from '../hooks.ts'
import { recordStamps } from '../import/stamp.ts'
import { initProject } from '../init.ts'
import { type NewRevision, newRevision } from '../new-revision.ts'
import { readTemplate, requireLoads } from '../template.ts'
import { withWriteLock } from '../write-lock.ts'
import { writeRevisions } from '../write-revision.ts'
import { declarationFiles, type PullSplit } from './declaration-files.ts'
import { hasRevisions, isManaged } from './errors.ts'
import type { LeftOut } from './left-out.ts'
import { importExtension, type PlacedFile, placeFiles, schemaFile, writePlaced } from './place.ts'
import { provePull } from './proof.ts'
import { fromNothing, readLive } from './read-live.ts'

export interface PullOptions {
  /** What the revision does. Default: `initial schema`. */
  readonly message?: string | undefined
  /** Writes a .sql file; what the configuration's `schema` is where that is named. */
  readonly sql?: boolean | undefined
  /** Default: one file, or where that is long one for each table. */
  readonly split?: PullSplit | undefined
  /** False: the declaration alone, without a revision and a stamp. */
  readonly revision?: boolean | undefined
  /** Whether it is all built on shadow databases before anything is written; true unless told. */
  readonly proof?: boolean | undefined
  /** Replaces files that are there. */
  readonly force?: boolean | undefined
  /** Writes and stamps nothing. */
  readonly dryRun?: boolean | undefined
  /** Writes the configuration and what else a new project has, where the project is none yet. */
  readonly setUp?: boolean | undefined
  readonly onEvent?:
    | ((event: Parameters<OnEvent>[0] | { readonly type: 'progress'; readonly message: string }) => void)
    | undefined
  readonly signal?: AbortSignal | undefined
  /** How long to wait for another run. Ten minutes unless told. */
  readonly lockWaitMs?: number | undefined
}

export interface PulledFile {
  /** Absolute. */
  readonly path: string
  /** `keep`: it is there with this very text. */
  readonly action: PlacedFile['action']
  readonly lines: number
  /** In a dry run, its text. */
  readonly source: string | null
}

export interface PullResult {
  /** The declaration, the file that the configuration names last. */
  readonly files: readonly PulledFile[]
  readonly split: PullSplit
  /** Of a new project: its other files, absolute. */
  readonly setUp: readonly string[]
  /** Null without a revision. */
  readonly revision: string | null
  /** Absolute path of the revision. */
  readonly path: string | null
  /** Whether the ledger says now that the revision is applied. */
  readonly stamped: boolean
  /** How many there are of each kind. */
  readonly objects: readonly { readonly kind: string; readonly count: number }[]
  readonly leftOut: readonly LeftOut[]
  readonly proved: boolean
  readonly hooks: readonly HookResult[]
  readonly dryRun: boolean
}

/**
 * Reads the live database, and writes the schema that declares it and the revision that makes it; stamps that revision.
 *
 * The declaration comes first, the revision second, the stamp last, so that pull can be run again wherever it ended: what it
 * finds as it would write it stays.
 *
 * @throws DbmigError `PULL_…`, `AUTHORING_…`, `SCHEMA_…`, `SHADOW_…`, `DATABASE_…`, `LEDGER_…`, RUNNER_LOCKED; with nothing
 *   written but by a disk or a connection that fails
 */
export async function pull(project: Project, options: PullOptions = {}): Promise<PullResult> {
  return heard(options.onEvent, (onEvent) =>
    pullTelling(waitingWith(project, onEvent), { ...options, onEvent }),
  )
}

async function pullTelling(project: Project, options: PullOptions): Promise<PullResult> {
  const path = schemaFile(project, options)
  const template = await readTemplate(project)
  const { graph, loader } = await readProjectRevisions(project, { missingFolder: 'empty' })
  const location = ledgerLocation(project)
  const say = (message: string): void => options.onEvent?.({ type: 'progress', message })
  const { signal, revision: wanted = true, dryRun = false, proof = true } = options
  const session = await openProjectSession(project, signal)
  try {
    if (wanted) await requireUnused(session, location, graph)
    say('reading the database')
    const { catalog, leftOut } = await readLive(project, session)
    const sides = fromNothing(catalog, project)
    const up = planChanges(compareCatalogs(sides), sides)
    const back = { live: sides.target, target: sides.live }
    const down = planChanges(compareCatalogs(back), back)
    const { files, split } = await declarationFiles(up, catalog, {
      path,
      split: options.split,
      importExtension: importExtension(path, project.root),
    })
    const placed = placeFiles(files, options.force === true)
    const sourceOf = (header: RevisionHeader): string => revisionSource(header, up, down, template)
    const first = wanted ? await firstRevision(project, graph, template, sourceOf, options.message) : null
    if (proof) await provePull(project, { live: session, loader, files, revision: first, signal, say })
    const done = dryRun
      ? { setUp: [], hooks: [] }
      : await write(project, session, { location, placed, first, graph }, options)
    return {
      ...done,
      files: placed.map(({ path, source, action }) => ({
        path,
        action,
        lines: source.split('\n').length - 1,
        source: dryRun ? source : null,
      })),
      split,
      revision: first?.header.revision ?? null,
      path: first?.path ?? null,
      stamped: first !== null && !dryRun,
      objects: countsOf(catalog),
      leftOut,
      proved: proof,
      dryRun,
    }
  } finally {
    await session.close()
  }
}

interface FirstRevision extends NewRevision {
  readonly source: string
  /** An earlier pull wrote it, and did not come to stamp it. */
  readonly isThere: boolean
}

/** @throws PULL_ALREADY_MANAGED, PULL_HAS_REVISIONS */
async function requireUnused(
  session: Session,
  location: LedgerLocation,
  { revisions }: RevisionGraph,
): Promise<void> {
  const rows = (await readLedger(session, location)) ?? []
  if (revisions.size > 1 || (revisions.size === 1 && rows.length > 0))
    throw hasRevisions([...revisions.values()], false)
  if (rows.length > 0) throw isManaged(`${location.schema}.${location.table}`, rows.length)
}

/**
 * The revision to write, or the one that an earlier pull of the same database wrote.
 *
 * @throws PULL_HAS_REVISIONS when there is one that is not that
 */
async function firstRevision(
  project: Project,
  graph: RevisionGraph,
  template: RevisionTemplate,
  sourceOf: (header: RevisionHeader) => string,
  message = 'initial schema',
): Promise<FirstRevision> {
  const [found] = graph.revisions.values()
  if (found !== undefined) {
    const { path, ...header } = found
    const source = sourceOf({ ...header, createDate: found.createDate ?? '' })
    if (source !== readText(path)) throw hasRevisions([found], true)
    return { header: { ...header, createDate: found.createDate ?? '' }, path, source, isThere: true }
  }
  const place = newRevision(project, graph, [], { message })
  await requireLoads(template, project, place.path)
  return { ...place, source: sourceOf(place.header), isThere: false }
}

interface Writing {
  readonly location: LedgerLocation
  readonly placed: readonly PlacedFile[]
  readonly first: FirstRevision | null
  readonly graph: RevisionGraph
}

async function write(
  project: Project,
  session: Session,
  { location, placed, first, graph }: Writing,
  { setUp: isNew, signal, onEvent, lockWaitMs: waitMs }: PullOptions,
): Promise<Pick<PullResult, 'setUp' | 'hooks'>> {
  const writeDeclaration = (): Promise<string[]> =>
    withWriteLock(project, async () => {
      await removeDraftsOf(placed.map(({ path }) => path))
      const setUp = isNew ? await setUpProject(project) : []
      await writePlaced(placed)
      return setUp
    })
  if (first === null) return { setUp: await writeDeclaration(), hooks: [] }
  return withMigrationLock(session, location, { signal, onEvent, waitMs }, async () => {
    await requireUnused(session, location, graph)
    // What is not allowed must leave no file.
    const ledger = await ensureWritableLedger(session, location)
    const setUp = await writeDeclaration()
    const { header, path, source, isThere } = first
    const hooks = isThere ? [] : await writeRevisions(project, [{ path, source }], { signal })
    const stamps = { stamps: [{ revision: header.revision, at: null }], unknown: [] }
    const stamped = buildGraph([{ ...header, path }])
    const recorder = { session, location: ledger, actor: currentActor() }
    await inTransaction(session, () => recordStamps(recorder, stamped, stamps, []))
    return { setUp, hooks }
  })
}

/** @returns absolute paths */
async function setUpProject({ root, schema }: Project): Promise<string[]> {
  const isSql = schema.some((path) => path.endsWith('.sql'))
  const { written } = await initProject({
    cwd: root,
    template: isSql ? 'sql' : 'default',
    without: ['schema.ts', 'schema.sql'],
  })
  return written.map((file) => join(root, file))
}

/** The schema `public` is in every database. */
function countsOf({ objects }: Catalog): PullResult['objects'] {
  const counts = new Map<string, number>()
  for (const { kind, identity } of objects.values())
    if (identity !== 'schema:public') counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => ({ kind, count }))
}
