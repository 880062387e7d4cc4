/** The commands `import kysely` and `import sql`: another tool's history becomes revisions, and what it has applied is stamped. */
import { resolve } from 'node:path'
import type { Project } from '../../config/config.ts'
import type { Session } from '../../database/session.ts'
import { currentActor } from '../../ledger/actor.ts'
import { ledgerLocation } from '../../ledger/location.ts'
import { readLedger } from '../../ledger/read.ts'
import { ensureWritableLedger } from '../../ledger/tables.ts'
import { readProjectRevisions } from '../../loader/project-revisions.ts'
import { readText } from '../../loader/read-text.ts'
import { heard } from '../../runner/listener.ts'
import { withMigrationLock } from '../../runner/lock/lock.ts'
import { type CommandOptions, openProjectSession, waitingWith } from '../../runner/project.ts'
import { inTransaction } from '../../runner/stamp.ts'
import type { HookResult } from '../hooks.ts'
import { replaceFile } from '../replace-file.ts'
import { withWriteLock } from '../write-lock.ts'
import { writeRevisions } from '../write-revision.ts'
import { readApplied } from './applied.ts'
import { changedMeanwhile, nothingToImport } from './errors.ts'
import { kyselyTable, readKyselyFolder } from './kysely.ts'
import { importedId } from './names.ts'
import { type AddedRevision, type ImportPlan, planImport } from './plan.ts'
import type { AppliedTable, ImportSource } from './source.ts'
import { readSqlFolder } from './sql-folder.ts'
import { planStamps, recordStamps, type Stamps } from './stamp.ts'

export interface ImportOptions extends CommandOptions {
  /** What a relative folder is relative to. */
  readonly cwd?: string | undefined
  /** Leaves the database alone. */
  readonly offline?: boolean | undefined
  /** The other tool's table, where it is not the tool's default. */
  readonly table?: string | undefined
  readonly tableSchema?: string | undefined
}

export interface ImportKyselyOptions extends ImportOptions {
  /** Default: the project's first migrations folder, whose files become revisions in place. */
  readonly folder?: string | undefined
}

export interface ImportSqlOptions extends ImportOptions {
  readonly folder: string
  /** `dbmate`, `golang-migrate`, `node-pg-migrate`, `graphile-migrate`. Default: told by the files. */
  readonly layout?: string | undefined
}

export interface ImportedFile {
  readonly revision: string
  /** Absolute path of the revision file. */
  readonly path: string
  /** Absolute path of the file that it comes from. */
  readonly from: string
}

export interface ImportResult {
  readonly written: readonly ImportedFile[]
  /** What was a revision already. */
  readonly kept: readonly ImportedFile[]
  /** Revisions that the ledger now says are applied, as the tool's table does. */
  readonly stamped: readonly string[]
  /** What the tool's table says is applied and no revision stands for. */
  readonly unknown: readonly string[]
  /** The tool's table, and whether it is there; null where no database was asked. */
  readonly table: { readonly name: string; readonly found: boolean } | null
  readonly hooks: readonly HookResult[]
  readonly dryRun: boolean
}

/**
 * Turns a folder of Kysely migrations into revisions, and stamps those that `kysely_migration` says are applied.
 *
 * @throws DbmigError `IMPORT_…`, `AUTHORING_…`, `GRAPH_…`, `LOADER_…` before anything is written; `DATABASE_…`, `LEDGER_…`,
 *   RUNNER_LOCKED
 */
export async function importKysely(
  project: Project,
  options: ImportKyselyOptions = {},
): Promise<ImportResult> {
  const [first = '.'] = project.migrations
  const folder = options.folder === undefined ? first : resolve(options.cwd ?? '.', options.folder)
  const { inPlace, sources, revisions } = await readKyselyFolder(project, folder)
  if (sources.length === 0 && revisions.size === 0) throw nothingToImport(folder, 'Kysely migrations')
  const kept = [...revisions.values()].map(({ revision, path }) => ({ revision, path, from: path }))
  const ids = new Map([...revisions].map(([name, { revision }]) => [name, revision]))
  return runImport(project, { sources, kept, ids, inPlace, table: kyselyTable }, options)
}

/**
 * Turns a folder of SQL migrations into revisions, and stamps those that the tool's own table says are applied.
 *
 * @throws as `importKysely`
 */
export async function importSql(project: Project, options: ImportSqlOptions): Promise<ImportResult> {
  const [target = '.'] = project.migrations
  const folder = resolve(options.cwd ?? '.', options.folder)
  const { layout, sources } = readSqlFolder(folder, target, options.layout)
  return runImport(
    project,
    { sources, kept: [], ids: new Map(), inPlace: false, table: layout.table },
    options,
  )
}

interface ImportInput {
  readonly sources: readonly ImportSource[]
  /** Files that need no import, and their ids by the tool's key. */
  readonly kept: readonly ImportedFile[]
  readonly ids: ReadonlyMap<string, string>
  readonly inPlace: boolean
  readonly table: AppliedTable
}

function runImport(project: Project, input: ImportInput, options: ImportOptions): Promise<ImportResult> {
  return heard(options.onEvent, (onEvent) =>
    importTelling(waitingWith(project, onEvent), input, { ...options, onEvent }),
  )
}

async function importTelling(
  project: Project,
  input: ImportInput,
  options: ImportOptions,
): Promise<ImportResult> {
  const { sources, inPlace } = input
  const except = new Set(inPlace ? sources.map(({ origin }) => origin) : [])
  const { graph } = await readProjectRevisions(project, { missingFolder: 'empty', except })
  const plan = planImport([...graph.revisions.values()], sources)
  const originals = new Map(
    inPlace ? plan.added.map(({ source }) => [source.origin, readText(source.origin)]) : [],
  )
  const write = () => writePlan(project, plan.added, originals, options)
  const result = {
    written: plan.added.map(({ source, revision }) => fileOf(source, revision)),
    kept: [...input.kept, ...plan.kept.map(({ source, revision }) => fileOf(source, revision))],
    dryRun: options.dryRun === true,
  }
  if (options.offline || project.url === undefined) {
    const hooks = options.dryRun ? [] : await write()
    return { ...result, stamped: [], unknown: [], table: null, hooks }
  }
  const session = await openProjectSession(project, options.signal)
  try {
    return { ...result, ...(await withDatabase(project, session, input, plan, write, options)) }
  } finally {
    await session.close()
  }
}

/** Reads the tool's table first, whose faults must leave no file; writes the files before the ledger, which must not run ahead of them. */
async function withDatabase(
  project: Project,
  session: Session,
  input: ImportInput,
  { added, kept, graph }: ImportPlan,
  write: () => Promise<readonly HookResult[]>,
  { dryRun, signal, onEvent, lockWaitMs: waitMs, table: name, tableSchema: schema }: ImportOptions,
): Promise<Pick<ImportResult, 'stamped' | 'unknown' | 'table' | 'hooks'>> {
  const location = ledgerLocation(project)
  const table = { ...input.table, name: name ?? input.table.name, schema: schema ?? input.table.schema }
  const ids = new Map([
    ...input.ids,
    ...[...added, ...kept].map(({ source: { key, name } }) => [key, importedId(name)] as const),
  ])
  const read = async () => {
    const rows = (await readLedger(session, location)) ?? []
    const applied = await readApplied(
      session,
      table,
      input.sources.map(({ key }) => key),
    )
    return { rows, applied, stamps: planStamps(graph, ids, applied.migrations ?? [], rows) }
  }
  const resultOf = ({
    applied,
    stamps,
  }: {
    applied: Awaited<ReturnType<typeof readApplied>>
    stamps: Stamps
  }) => ({
    stamped: stamps.stamps.map(({ revision }) => revision),
    unknown: stamps.unknown,
    table: { name: applied.table, found: applied.migrations !== null },
  })
  if (dryRun) return { ...resultOf(await read()), hooks: [] }
  return withMigrationLock(session, location, { signal, onEvent, waitMs }, async () => {
    const found = await read()
    const { rows, stamps } = found
    const ledger = stamps.stamps.length > 0 ? await ensureWritableLedger(session, location) : null
    const hooks = await write()
    if (ledger !== null) {
      const recorder = { session, location: ledger, actor: currentActor() }
      await inTransaction(session, () => recordStamps(recorder, graph, stamps, rows))
    }
    return { ...resultOf(found), hooks }
  })
}

/** Parents first, so that whoever looks after a crash finds a graph, and the next import goes on where this one ended. */
async function writePlan(
  project: Project,
  added: readonly AddedRevision[],
  originals: ReadonlyMap<string, string>,
  { signal }: ImportOptions,
): Promise<readonly HookResult[]> {
  if (added.length === 0) return []
  if (originals.size === 0) {
    const files = added.map(({ revision, text }) => ({ path: revision.path, source: text, revision }))
    return writeRevisions(project, files, { signal })
  }
  await withWriteLock(project, async () => {
    for (const [path, text] of originals) if (readText(path) !== text) throw changedMeanwhile(path)
    for (const { revision, text } of added) await replaceFile(revision.path, text)
  })
  return []
}

function fileOf(
  { origin }: ImportSource,
  { revision, path }: { revision: string; path: string },
): ImportedFile {
  return { revision, path, from: origin }
}
