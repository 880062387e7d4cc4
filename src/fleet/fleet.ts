/** Running a command on each database of a fleet: a failure is a result like any other, and stops no other database. */
import { commandsFor } from '../commands.ts'
import type { Project } from '../config/config.ts'
import type { DatabaseTarget } from '../config/databases.ts'
import { describePgError, isPgError } from '../database/pg-error.ts'
import { redactSecrets } from '../database/secrets.ts'
import { DbmigError, type ExitCode, messageOf } from '../errors.ts'
import { heard } from '../runner/listener.ts'
import { waitingWith } from '../runner/project.ts'
import type { StepResult } from '../runner/run.ts'
import { stepResult } from '../runner/step-result.ts'
import { badConcurrency, noDatabases, notStarted, oneAndMany } from './errors.ts'
import type { DatabaseEvent, FleetEvent } from './events.ts'
import { projectOf } from './one.ts'
import { eachOf } from './pool.ts'
import { type Selection, selectDatabases } from './select.ts'

export interface FleetOptions extends Selection {
  /** How many databases at a time. Default: 4. */
  readonly concurrency?: number | undefined
  /** Begins no more databases once one has failed; those under way come to their end. Default: all get their turn. */
  readonly failFast?: boolean | undefined
}

export interface FleetError {
  /** Of a `DbmigError`, or PostgreSQL's SQLSTATE; null for what is neither. */
  readonly code: string | null
  readonly message: string
  readonly detail: string | null
  /** What the command would have ended with, had this been its only database. */
  readonly exitCode: ExitCode
}

export interface DatabaseFailure {
  readonly name: string
  readonly ok: false
  readonly durationMs: number
  readonly error: FleetError
  /** What was run and recorded before. */
  readonly steps: readonly StepResult[]
}

/** What became of one database: what the command gives for a single one, or why it failed. */
export type DatabaseResult<R> =
  | ({ readonly name: string; readonly ok: true; readonly durationMs: number; readonly error: null } & R)
  | DatabaseFailure

export interface FleetResult<R> {
  /** In the order in which they are configured. */
  readonly databases: readonly DatabaseResult<R>[]
  /** Whether none failed. */
  readonly ok: boolean
}

export type OnFleetEvent = (event: FleetEvent) => void
type OnDatabaseEvent = (event: DatabaseEvent) => void

/** What a command on one of many is to take in place of what it was given for all. */
interface Own {
  /** What is told here carries the database's name. */
  readonly onEvent: OnDatabaseEvent
  readonly signal: AbortSignal | undefined
}

interface Options extends FleetOptions {
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: OnFleetEvent | undefined
}

const defaultConcurrency = 4

/**
 * Runs `work` on the chosen databases of a project.
 *
 * @param work what to do with one: the project is that of its database, and so are the options that it gets
 * @throws FLEET_NOT_CONFIGURED, FLEET_NO_MATCH, FLEET_SHARD, FLEET_CONCURRENCY, RUNNER_LISTENER_FAILED, and what listing the databases throws
 */
export async function runFleet<R extends object>(
  project: Project,
  options: Options,
  work: (project: Project, own: Own) => Promise<R>,
): Promise<FleetResult<R>> {
  return heard(options.onEvent, (onEvent) => runTelling(project, { ...options, onEvent }, work))
}

async function runTelling<R extends object>(
  project: Project,
  options: Options,
  work: (project: Project, own: Own) => Promise<R>,
): Promise<FleetResult<R>> {
  const { concurrency = defaultConcurrency, failFast = false, signal, onEvent } = options
  if (!Number.isInteger(concurrency) || concurrency < 1) throw badConcurrency(concurrency)
  if (project.name !== undefined) throw oneAndMany(project.name)
  if (project.databases === undefined) throw noDatabases(project.file)
  const targets = selectDatabases(
    await project.databases({ signal, waiting: waitingWith(project, onEvent).waiting }),
    options,
  )
  onEvent?.({ type: 'fleet', total: targets.length })

  const results = new Map<string, DatabaseResult<R>>()
  let hasFailed = false
  const why = (): 'interrupted' | 'failed' | null =>
    signal?.aborted ? 'interrupted' : failFast && hasFailed ? 'failed' : null
  await eachOf(targets, concurrency, exclusiveFolder, async (target) => {
    const { name } = target
    const reason = why()
    const result =
      reason === null
        ? await runOne(name, onEvent, (tell) =>
            work(waitingWith(projectOf(project, target), tell), { onEvent: tell, signal: ownSignal(signal) }),
          )
        : failureOf(name, notStarted(reason), 0, [])
    if (!result.ok) hasFailed = true
    results.set(name, result)
    if (reason === null) onEvent?.(endOf(result))
  })
  const databases = targets.flatMap(({ name }) => results.get(name) ?? [])
  return { databases, ok: databases.every(({ ok }) => ok) }
}

async function runOne<R extends object>(
  name: string,
  onEvent: OnFleetEvent | undefined,
  work: (tell: OnDatabaseEvent) => Promise<R>,
): Promise<DatabaseResult<R>> {
  const begin = performance.now()
  const elapsed = () => Math.round(performance.now() - begin)
  const done: StepResult[] = []
  onEvent?.({ type: 'database-start', database: name })
  try {
    const result = await work((event) => {
      if (event.type === 'done') done.push(stepResult(event, event.durationMs))
      onEvent?.({ ...event, database: name })
    })
    return { name, ok: true, durationMs: elapsed(), error: null, ...result }
  } catch (error) {
    return failureOf(name, error, elapsed(), done)
  }
}

function endOf<R>({ name, ok, durationMs, error }: DatabaseResult<R>): FleetEvent {
  return { type: 'database-done', database: name, ok, durationMs, failure: error }
}

function failureOf(
  name: string,
  error: unknown,
  durationMs: number,
  steps: readonly StepResult[],
): DatabaseFailure {
  const { code, message, detail, exitCode } = described(error)
  const told = { message: commandsFor(message, name), detail: detail && commandsFor(detail, name) }
  return { name, ok: false, durationMs, error: { code, ...told, exitCode }, steps }
}

function described(error: unknown): FleetError {
  if (error instanceof DbmigError) {
    const { code, message, detail = null, exitCode } = error
    return { code, message, detail, exitCode }
  }
  if (isPgError(error)) {
    const [message = '', ...more] = describePgError(error).split('\n')
    return {
      code: error.code,
      message: `PostgreSQL says: ${message}`,
      detail: more.length === 0 ? null : more.join('\n'),
      exitCode: 1,
    }
  }
  // Of a driver or of the user's own code, which may quote anything.
  return { code: null, message: redactSecrets(messageOf(error)), detail: null, exitCode: 1 }
}

/** Only one session at a time can be in an embedded database's folder. */
function exclusiveFolder({ url }: DatabaseTarget): string | null {
  return url.startsWith('pglite:') && url !== 'pglite:memory' ? url : null
}

/** Node warns of a leak where more than ten listen to one signal. */
function ownSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  return signal && AbortSignal.any([signal])
}
