/** The public API: what a configuration and a schema are written with, and every command as a function. */

import type { DiagramOptions } from './authoring/diagram.ts'
import type { EditOptions } from './authoring/edit.ts'
import type { HistoryPictureOptions } from './authoring/history-picture.ts'
import type { ImportKyselyOptions, ImportSqlOptions } from './authoring/import/import.ts'
import type { MergeOptions } from './authoring/merge.ts'
import type { PullOptions } from './authoring/pull/pull.ts'
import type { RebaseOptions } from './authoring/rebase/rebase.ts'
import type { RevisionOptions } from './authoring/revision.ts'
import type { SquashOptions } from './authoring/squash/squash.ts'
import type { TypesOptions } from './authoring/types.ts'
import type { DiffOptions } from './comparison/diff.ts'
import type { Config, Project } from './config/config.ts'
import type { FleetEvent } from './fleet/events.ts'
import type { FleetOptions } from './fleet/fleet.ts'
import type { CurrentOptions } from './ledger/current.ts'
import type { HeadsOptions, HistoryOptions, ShowOptions } from './ledger/history.ts'
import type { LogOptions, VerifyLogOptions } from './ledger/log.ts'
import type { LogRow } from './ledger/read-log.ts'
import type { ViewOptions } from './ledger/views.ts'
import type { DowngradeOptions } from './runner/downgrade.ts'
import type { EnsureVersionOptions } from './runner/ensure-version.ts'
import type { OfflineOptions, StampSqlOptions, UpgradeSqlOptions } from './runner/offline/offline.ts'
import type { RunPlanOptions } from './runner/plan-file/run-plan.ts'
import type { StampOptions } from './runner/stamp.ts'
import type { ResolveOptions } from './runner/unfinished/resolve.ts'
import type { UpgradeOptions } from './runner/upgrade.ts'
import type { GraphNode } from './views/lanes.ts'

export type { DiagramResult } from './authoring/diagram.ts'
export type { EditResult } from './authoring/edit.ts'
export type { HistoryPictureResult } from './authoring/history-picture.ts'
export type { HookResult } from './authoring/hooks.ts'
export type { ImportedFile, ImportResult } from './authoring/import/import.ts'
export type { InitOptions, InitResult } from './authoring/init.ts'
export type { ListedTemplate } from './authoring/list-templates.ts'
export type { LeftOut } from './authoring/pull/left-out.ts'
export type { PulledFile, PullResult } from './authoring/pull/pull.ts'
export type { Published } from './authoring/rebase/published.ts'
export type { MovedRevision, RebaseResult } from './authoring/rebase/rebase.ts'
export type { RevisionResult } from './authoring/revision-result.ts'
export type { SquashResult } from './authoring/squash/squash.ts'
export type { TypesResult } from './authoring/types.ts'
export type { CheckResult } from './comparison/check.ts'
export type { DiffResult } from './comparison/diff.ts'
export type { RenameAnswer, RenameQuestion } from './comparison/renames.ts'
export type {
  Config,
  ConfigEnvironment,
  ConfigExport,
  Manage,
  ObjectFilter,
  ObjectInfo,
} from './config/config.ts'
export type {
  DatabaseList,
  DatabaseSettings,
  Databases,
  DatabasesEnvironment,
} from './config/databases.ts'
export { defineConfig } from './config/define.ts'
export type { Hook, Hooks } from './config/hooks.ts'
export type {
  AfterRun,
  AroundRevision,
  BeforeRun,
  HookRevision,
  OnError,
  RunHooks,
} from './config/run-hooks.ts'
export type { CamelCaseOptions, TypesConfig } from './config/types.ts'
export { DbmigError } from './errors.ts'
export type { FleetEvent } from './fleet/events.ts'
export type {
  DatabaseFailure,
  DatabaseResult,
  FleetError,
  FleetOptions,
  FleetResult,
} from './fleet/fleet.ts'
export type { Current } from './ledger/current.ts'
export type { Applied, HistoryEntry } from './ledger/entry.ts'
export type { Branch, Branches, Heads, Listing } from './ledger/history.ts'
export type { LogRow } from './ledger/read-log.ts'
export type { LogProblem, LogVerification } from './ledger/verify-log.ts'
export type { Inside } from './ledger/views.ts'
export type { Blocker, EventCause, LockHolder, RunEvent } from './runner/events.ts'
export type { OfflineResult } from './runner/offline/offline.ts'
export type { CommandResult } from './runner/project.ts'
export type { StepResult } from './runner/run.ts'
export type { ResolveResult } from './runner/unfinished/resolve.ts'
export type { UpgradeResult } from './runner/upgrade.ts'
export {
  type AnyTables,
  defineSchema,
  type SchemaBuilders,
  type TargetSchema,
} from './schema/define-schema.ts'
export type { Cell, Drawing, DrawnRow } from './views/drawing.ts'

// What the commands take beside `CommandOptions`.
export type {
  CurrentOptions,
  DiagramOptions,
  DiffOptions,
  DowngradeOptions,
  EditOptions,
  EnsureVersionOptions,
  HeadsOptions,
  HistoryOptions,
  HistoryPictureOptions,
  ImportKyselyOptions,
  ImportSqlOptions,
  LogOptions,
  MergeOptions,
  OfflineOptions,
  PullOptions,
  RebaseOptions,
  ResolveOptions,
  RevisionOptions,
  RunPlanOptions,
  ShowOptions,
  SquashOptions,
  StampOptions,
  StampSqlOptions,
  TypesOptions,
  UpgradeOptions,
  UpgradeSqlOptions,
  VerifyLogOptions,
  ViewOptions,
}

/** What a command tells while it goes on; of one of many databases with its name. */
export type CommandEvent = FleetEvent

/** What every command takes. */
export interface CommandOptions {
  /** Where the configuration is looked for. Default: the process's working directory. */
  readonly cwd?: string | undefined
  /** A configuration file, or a configuration itself. Default: the nearest file from `cwd` up. */
  readonly config?: string | Config | undefined
  /** Wins over the configuration's. */
  readonly url?: string | undefined
  /** The name of one of the configuration's `databases`, in place of its `url`. */
  readonly database?: string | undefined
  /** The `-x key=value` pairs, for a configuration that is a function. */
  readonly args?: Readonly<Record<string, string>> | undefined
  /** A word for a configuration that is a function: `--tag` of `upgrade`, `downgrade` and `stamp`. */
  readonly tag?: string | undefined
  /**
   * Where `DATABASE_URL` is read when nothing else says a URL, and `PG…` variables for what a URL leaves open: `process.env`, or
   * nothing. A library reads no environment by itself.
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** How long to wait for a database that takes no connections yet. Not at all unless told. */
  readonly waitForDatabaseMs?: number | undefined
  /** Ends the command early; it cleans up and throws. */
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((event: CommandEvent) => void) | undefined
}

/** What wins over the configuration, for a command that runs revisions. */
export interface RunSettings {
  readonly lockTimeout?: string | undefined
  readonly statementTimeout?: string | undefined
  readonly retries?: number | undefined
}

// Everything below is imported when it is called: a configuration file imports this module, and needs none of it.

async function projectOf(options: CommandOptions & RunSettings): Promise<Project> {
  const { cwd, config, url, args, tag, env, waitForDatabaseMs: limitMs, onEvent } = options
  const { lockTimeout, statementTimeout, retries } = options
  const [{ loadProject }, { requireOptions }] = await Promise.all([
    import('./config/project.ts'),
    import('./config/options.ts'),
  ])
  requireOptions(options)
  const loaded = await loadProject({
    cwd: cwd ?? '.',
    env: env ?? {},
    args,
    tag,
    overrides: { url, lockTimeout, statementTimeout, retries },
    ...(typeof config === 'object' ? { config } : { configFile: config }),
  })
  const waiting = limitMs === undefined ? undefined : { limitMs, onEvent }
  const project = waiting === undefined ? loaded : { ...loaded, waiting }
  if (options.database === undefined) return project
  const { projectNamed } = await import('./fleet/one.ts')
  return projectNamed(project, options.database, { waiting, signal: options.signal })
}

/** Writes a configuration, a first schema and a migrations folder; overwrites nothing. */
export async function init(options: { readonly cwd?: string; readonly template?: string | undefined } = {}) {
  const { initProject } = await import('./authoring/init.ts')
  return initProject({ cwd: options.cwd ?? '.', template: options.template })
}

/** Makes revisions of Kysely migrations, and stamps those that `kysely_migration` says are applied. */
export async function importKysely(options: CommandOptions & ImportKyselyOptions = {}) {
  const { importKysely: run } = await import('./authoring/import/import.ts')
  return run(await projectOf(options), options)
}

/** Makes revisions of the SQL migrations of another tool, and stamps those that its table says are applied. */
export async function importSql(options: CommandOptions & ImportSqlOptions) {
  const { importSql: run } = await import('./authoring/import/import.ts')
  return run(await projectOf(options), options)
}

/**
 * Writes the schema that declares the live database and the revision that makes it, and stamps that. Where no configuration
 * is found, one is written too.
 */
export async function pull(options: CommandOptions & Omit<PullOptions, 'setUp'> = {}) {
  const [{ pull: run }, { projectToPull }] = await Promise.all([
    import('./authoring/pull/pull.ts'),
    import('./authoring/pull/project.ts'),
  ])
  const { project, isNew } = await projectToPull(options, (config) => projectOf({ ...options, ...config }))
  return run(project, { ...options, setUp: isNew })
}

/** Lists what `init` can start from. */
export async function listTemplates() {
  const { listTemplates: run } = await import('./authoring/list-templates.ts')
  return run()
}

/** Writes a new revision file: empty, or with the way from the live database to the target schema. */
export async function revision(options: CommandOptions & RevisionOptions) {
  const { revision: run } = await import('./authoring/revision.ts')
  return run(await projectOf(options), options)
}

/** Puts a branch that is not applied on another head, by editing its files. */
export async function rebase(options: CommandOptions & RebaseOptions = {}) {
  const { rebase: run } = await import('./authoring/rebase/rebase.ts')
  return run(await projectOf(options), options)
}

/** Opens revision files in the editor that `env` names, and looks whether all revisions fit together afterwards. */
export async function edit(options: CommandOptions & EditOptions) {
  const { edit: run } = await import('./authoring/edit.ts')
  return run(await projectOf(options), options)
}

/** Writes a revision that follows several others and changes nothing by itself. */
export async function merge(options: CommandOptions & MergeOptions = {}) {
  const { merge: run } = await import('./authoring/merge.ts')
  return run(await projectOf(options), options)
}

/** Writes one revision in place of a range, proved to do the same. */
export async function squash(options: CommandOptions & SquashOptions) {
  const { squash: run } = await import('./authoring/squash/squash.ts')
  return run(await projectOf(options), options)
}

/** Compares the live database with the target schema. */
export async function check(options: CommandOptions & { readonly cache?: boolean | undefined } = {}) {
  const { check: run } = await import('./comparison/check.ts')
  return run(await projectOf(options), options)
}

/** Compares two states of a schema: databases, the target schema, revisions. */
export async function diff(options: CommandOptions & DiffOptions = {}) {
  const { diff: run } = await import('./comparison/diff.ts')
  return run(await projectOf(options), options)
}

/** Makes the interfaces that Kysely takes, of the target schema, the live database, or a revision. */
export async function types(options: CommandOptions & TypesOptions = {}) {
  const { types: run } = await import('./authoring/types.ts')
  return run(await projectOf(options), options)
}

/** Draws a state of the schema, or the difference of two, as an entity-relationship diagram. */
export async function diagram(options: CommandOptions & DiagramOptions = {}) {
  const { diagram: run } = await import('./authoring/diagram.ts')
  return run(await projectOf(options), options)
}

/** Runs every revision up to a target. */
export async function upgrade(options: CommandOptions & UpgradeOptions & RunSettings) {
  const { upgrade: run } = await import('./runner/upgrade.ts')
  return run(await projectOf(options), options)
}

/** Writes the SQL script that does what `upgrade` does, for psql. */
export async function upgradeSql(options: CommandOptions & UpgradeSqlOptions & RunSettings) {
  const { upgradeSql: run } = await import('./runner/offline/offline.ts')
  return run(await projectOf(options), options)
}

/** Runs a plan that `upgrade` or `downgrade` has written to a file, or nothing where the database or the files have moved since. */
export async function runPlan(options: CommandOptions & RunPlanOptions) {
  const { runPlan: run } = await import('./runner/plan-file/run-plan.ts')
  return run(await projectOf(options), options)
}

/** Undoes every revision above a target. */
export async function downgrade(options: CommandOptions & DowngradeOptions & RunSettings) {
  const { downgrade: run } = await import('./runner/downgrade.ts')
  return run(await projectOf(options), options)
}

/** Writes the SQL script that does what `downgrade` does, for psql. */
export async function downgradeSql(options: CommandOptions & OfflineOptions & RunSettings) {
  const { downgradeSql: run } = await import('./runner/offline/offline.ts')
  return run(await projectOf(options), options)
}

/** Says what became of a revision that began outside a transaction and did not end. */
export async function resolve(options: CommandOptions & ResolveOptions) {
  const { resolve: run } = await import('./runner/unfinished/resolve.ts')
  return run(await projectOf(options), options)
}

/** Makes the ledger say that the database is at the targets, and runs nothing. */
export async function stamp(options: CommandOptions & StampOptions) {
  const { stamp: run } = await import('./runner/stamp.ts')
  return run(await projectOf(options), options)
}

/** Writes the SQL script that does what `stamp` does, for psql. */
export async function stampSql(options: CommandOptions & StampSqlOptions) {
  const { stampSql: run } = await import('./runner/offline/offline.ts')
  return run(await projectOf(options), options)
}

/** Where the database is. */
export async function current(options: CommandOptions & CurrentOptions = {}) {
  const { current: run } = await import('./ledger/current.ts')
  return run(await projectOf(options), options)
}

/** Lists revisions, newest first. */
export async function history(options: CommandOptions & HistoryOptions = {}) {
  const { history: run } = await import('./ledger/history.ts')
  return run(await projectOf(options), options)
}

/** Draws what `history` lists as a picture, or as a table for a spreadsheet. */
export async function historyPicture(options: CommandOptions & HistoryPictureOptions = {}) {
  const { historyPicture: run } = await import('./authoring/history-picture.ts')
  return run(await projectOf(options), options)
}

/** Draws the graph of the entries that `history` lists, newest first, in at most so many columns. */
export async function drawGraph(entries: readonly GraphNode[], columns?: number) {
  const { drawGraph: draw } = await import('./views/drawing.ts')
  return draw(entries, columns)
}

/** Lists the revisions that none follows. */
export async function heads(options: CommandOptions & HeadsOptions = {}) {
  const { heads: run } = await import('./ledger/history.ts')
  return run(await projectOf(options), options)
}

/** Lists the revisions that several others follow. */
export async function branches(options: CommandOptions & ViewOptions = {}) {
  const { branches: run } = await import('./ledger/history.ts')
  return run(await projectOf(options), options)
}

/** Gives the revisions that targets name. */
export async function show(options: CommandOptions & ShowOptions) {
  const { show: run } = await import('./ledger/history.ts')
  return run(await projectOf(options), options)
}

/** Reads the log of all that ever ran, newest first. */
export async function log(options: CommandOptions & LogOptions = {}) {
  const { log: run } = await import('./ledger/log.ts')
  return run(await projectOf(options), options)
}

/** The rows that `log` reads as a table for a spreadsheet (RFC 4180). */
export async function logCsv(rows: readonly LogRow[]) {
  const { logCsv: write } = await import('./views/log-csv.ts')
  return write(rows)
}

/** Says whether the log is as it was written, and agrees with what is applied. */
export async function verifyLog(options: CommandOptions & VerifyLogOptions = {}) {
  const { verifyLog: run } = await import('./ledger/log.ts')
  return run(await projectOf(options), options)
}

/** Makes the ledger's tables where they are missing. */
export async function ensureVersion(options: CommandOptions & EnsureVersionOptions = {}) {
  const { ensureVersion: run } = await import('./runner/ensure-version.ts')
  return run(await projectOf(options), options)
}

/** As `upgrade`, on every configured database, or those that `only` and `shard` choose. A database that fails is a result. */
export async function upgradeAll(options: CommandOptions & FleetOptions & UpgradeOptions & RunSettings) {
  const { upgradeAll: run } = await import('./fleet/commands.ts')
  return run(await projectOf(options), options)
}

/** As `downgrade`, on many databases. */
export async function downgradeAll(options: CommandOptions & FleetOptions & DowngradeOptions & RunSettings) {
  const { downgradeAll: run } = await import('./fleet/commands.ts')
  return run(await projectOf(options), options)
}

/** As `stamp`, on many databases. */
export async function stampAll(options: CommandOptions & FleetOptions & StampOptions) {
  const { stampAll: run } = await import('./fleet/commands.ts')
  return run(await projectOf(options), options)
}

/** As `current`, of many databases. */
export async function currentAll(options: CommandOptions & FleetOptions & CurrentOptions = {}) {
  const { currentAll: run } = await import('./fleet/commands.ts')
  return run(await projectOf(options), options)
}

/** As `history`, of many databases. */
export async function historyAll(options: CommandOptions & FleetOptions & HistoryOptions = {}) {
  const { historyAll: run } = await import('./fleet/commands.ts')
  return run(await projectOf(options), options)
}

/** As `log`, of many databases. */
export async function logAll(options: CommandOptions & FleetOptions & LogOptions = {}) {
  const { logAll: run } = await import('./fleet/commands.ts')
  return run(await projectOf(options), options)
}

/** As `verifyLog`, of many databases. */
export async function verifyLogAll(options: CommandOptions & FleetOptions = {}) {
  const { verifyLogAll: run } = await import('./fleet/commands.ts')
  return run(await projectOf(options), options)
}

/** As `check`, of many databases. */
export async function checkAll(
  options: CommandOptions & FleetOptions & { readonly cache?: boolean | undefined } = {},
) {
  const { checkAll: run } = await import('./fleet/commands.ts')
  return run(await projectOf(options), options)
}
