/** What `upgrade` and `downgrade` share: they differ in their plan alone. */
import type { Project } from '../config/config.ts'
import type { Session } from '../database/session.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import type { Revision, Step } from '../graph/revision.ts'
import { headsOfRows } from '../ledger/applied.ts'
import { ledgerLocation } from '../ledger/location.ts'
import type { LedgerRow } from '../ledger/read.ts'
import { readFilesAnd } from '../ledger/state.ts'
import { filesEdited } from './errors.ts'
import type { OnEvent } from './events.ts'
import { heard } from './listener.ts'
import {
  type CommandOptions,
  type CommandResult,
  openProjectSession,
  type Revisions,
  readRevisions,
  requireSettled,
  settingsOf,
  waitingWith,
} from './project.ts'
import { runMigrations } from './run.ts'
import { type Asked, type Planned, requireFinished } from './unfinished/unfinished.ts'

export interface MoveOptions extends CommandOptions {
  /** As typed. */
  readonly target: string
  /** Runs a revision again that began outside a transaction and did not end. Without it, such a one stops the run. */
  readonly retry?: boolean | undefined
  /** Refuses to run anything where an applied file is not what ran any more. Without it, that is told as an event. */
  readonly strict?: boolean | undefined
  /**
   * Writes the steps to this file, relative to `cwd`, and runs nothing. `runPlan` runs just these. With `-` they are the result's
   * `planText`.
   */
  readonly plan?: string | undefined
  readonly cwd?: string | undefined
  /** In a dry run: gives the statements of each step. */
  readonly sql?: boolean | undefined
}

/**
 * Plans and runs, or with `dryRun` or `plan` plans alone.
 *
 * @param plan the steps, given the graph and what the ledger holds
 * @param given the project's revisions, where they are read already
 */
export async function move(
  project: Project,
  options: MoveOptions,
  command: Asked['command'],
  plan: (graph: RevisionGraph, rows: readonly LedgerRow[], session: Session) => Planned,
  given?: Revisions,
): Promise<CommandResult> {
  return heard(options.onEvent, (onEvent) =>
    moveTelling(waitingWith(project, onEvent), { ...options, onEvent }, command, plan, given),
  )
}

async function moveTelling(
  project: Project,
  options: MoveOptions,
  command: Asked['command'],
  plan: (graph: RevisionGraph, rows: readonly LedgerRow[], session: Session) => Planned,
  given: Revisions | undefined,
): Promise<CommandResult> {
  const location = ledgerLocation(project)
  const [revisions, session] = await readAndOpen(project, options.signal, given)
  const { strict = false } = options
  const asked = { command, target: options.target, retry: options.retry ?? false }
  const planOf = async (rows: readonly LedgerRow[]): Promise<readonly Step[]> => {
    const { graph } = revisions
    const steps = await requireFinished(session, graph, rows, asked, () => {
      requireSettled(graph, rows)
      return plan(graph, rows, session)
    })
    // Where there is nothing to do, reading every applied file would take as long as all else.
    if (steps.length > 0 || strict) {
      const { editedRevisions } = await import('../ledger/edited.ts')
      tellEdited(editedRevisions(graph, rows), strict, options.onEvent)
    }
    return steps
  }
  try {
    if (options.dryRun || options.plan !== undefined) {
      const { planAhead } = await import('./plan-ahead.ts')
      return await planAhead(session, { project, options, asked, revisions, planOf })
    }
    const { steps, rows } = await runMigrations({
      session,
      location,
      load: revisions.load,
      parentsOf: revisions.parentsOf,
      dependenciesOf: revisions.dependenciesOf,
      above: revisions.above,
      plan: planOf,
      transaction: project.transaction,
      settings: settingsOf(project),
      retries: project.retries,
      lockWaitMs: options.lockWaitMs,
      signal: options.signal,
      onEvent: options.onEvent,
      hooks: project.runHooks,
      database: project.name,
      // An embedded database is gone with its session.
      reopen: session.engine === 'server' ? (signal) => openProjectSession(project, signal) : undefined,
    })
    return { steps, heads: headsOfRows(rows), dryRun: false }
  } finally {
    await session.close()
  }
}

/** @param given the project's revisions, where they are read already */
async function readAndOpen(
  project: Project,
  signal: AbortSignal | undefined,
  given: Revisions | undefined,
): Promise<[Revisions, Session]> {
  if (given !== undefined) return [given, await openProjectSession(project, signal)]
  let session: Session | undefined
  const open = async (signal: AbortSignal | undefined) => {
    session = await openProjectSession(project, signal)
    return session
  }
  try {
    return await readFilesAnd(project, () => readRevisions(project), open, signal)
  } catch (error) {
    await session?.close()
    throw error
  }
}

/** @throws RUNNER_EDITED */
function tellEdited(revisions: readonly Revision[], strict: boolean, onEvent: OnEvent | undefined): void {
  if (revisions.length === 0) return
  if (strict) throw filesEdited(revisions)
  onEvent?.({ type: 'edited', revisions })
}
