/** What can go wrong while revisions run. */
import type { RunHooks } from '../config/run-hooks.ts'
import { describePgError, isPgError, saidLast, sqlStateOf, summarizePgError } from '../database/pg-error.ts'
import { redactSecrets } from '../database/secrets.ts'
import { DbmigError, messageOf } from '../errors.ts'
import { few, located } from '../graph/errors.ts'
import type { Revision } from '../graph/revision.ts'
import { adviceOn, type Remains, remainsOf } from './advice.ts'
import { hookOf } from './hooks/hook-origin.ts'
import type { LockReleased } from './lock/errors.ts'
import { StatementNotAwaited } from './misuse.ts'
import { placeIn } from './place.ts'
import type { LeftInvalid } from './unfinished/invalid-indexes.ts'

export function filesEdited(revisions: readonly Revision[]): DbmigError {
  const [subject, its] =
    revisions.length === 1
      ? ['An applied file is', 'it was']
      : [`${revisions.length} applied files are`, 'they were']
  return new DbmigError(
    'RUNNER_EDITED',
    `${subject} not what ran any more: ${few(revisions.map(located))}. Nothing was run, as --strict says. Restore what ${its} from the repository, and put the change into a new revision.`,
  )
}

export function irreversible(revision: Revision): DbmigError {
  return new DbmigError(
    'RUNNER_IRREVERSIBLE',
    `Revision ${located(revision)} has no down, so there is no way back through it; nothing was run. Write its down, or choose a target above it.`,
  )
}

export function needsOwnTransactions(revision: Revision): DbmigError {
  return new DbmigError(
    'RUNNER_TRANSACTION_MODE',
    `Revision ${located(revision)} runs outside a transaction, and the run is to be one transaction; nothing was run. Set transaction: 'revision' in dbmig.config.ts (the default) to run up to that revision and through it.`,
  )
}

export function schemaForbidden(schema: string, cause: unknown): DbmigError {
  return new DbmigError(
    'RUNNER_SCHEMA_FORBIDDEN',
    `The role may not create the schema "${schema}", which the target asks for; nothing was run. Grant it CREATE on the database, or create the schema for it.`,
    { cause },
  )
}

export interface FailureContext {
  readonly revision: Revision
  readonly direction: 'up' | 'down'
  /** Why the failure is not in the log, or null. */
  readonly notLogged: string | null
  /** The indexes that it has left invalid. */
  readonly left: readonly LeftInvalid[]
}

export function revisionFailed(context: FailureContext, cause: unknown, remains: Remains): DbmigError {
  if (cause instanceof StatementNotAwaited) return notAwaited(context, cause, remains)
  const hook = hookOf(cause)
  const where = hook === undefined ? '' : `, in the hook ${hook} of the configuration`
  return new DbmigError(
    'RUNNER_REVISION_FAILED',
    `Revision ${located(context.revision)} failed on the way ${context.direction}${where}: ${sentence(summarizePgError(cause))} ${adviceOn(context, cause, remains, hook === undefined ? 'file' : 'hook')}`,
    { ...detailOf(context, cause), cause },
  )
}

function notAwaited(
  context: FailureContext,
  { sql, cause }: StatementNotAwaited,
  remains: Remains,
): DbmigError {
  const said = cause === undefined ? '' : ` It failed: ${sentence(summarizePgError(cause))}`
  return new DbmigError(
    'RUNNER_NOT_AWAITED',
    `Revision ${located(context.revision)} returned on the way ${context.direction} without waiting for a statement that it had started: ${inLine(sql)}.${said} Put \`await\` before it. ${adviceOn(context, undefined, remains, 'file')}`,
    { ...detailOf(context, cause), cause },
  )
}

/** A statement that came when its revision, or the hook of this name, had returned. */
export interface LateStatement {
  readonly from: Revision | keyof RunHooks
  readonly sql: string
}

/** @param undone whether what sent it had not been committed, and was rolled back for that */
export function sentLate({ from, sql }: LateStatement, undone: boolean): DbmigError {
  const isHook = typeof from === 'string'
  const who = isHook ? `The hook ${from} of the configuration` : `Revision ${located(from)}`
  const when = isHook || undone ? 'after it had returned' : 'after it had returned and was recorded'
  const advice = undone
    ? '. The transaction was rolled back; correct the file and run again.'
    : ', and run by hand what is missing in this database.'
  return new DbmigError(
    'RUNNER_NOT_AWAITED',
    `${who} sent a statement ${when}, and that did not run: ${inLine(sql)}. Put \`await\` before what sends it${advice}`,
  )
}

export function inLine(sql: string): string {
  const text = redactSecrets(sql)
    .replace(/\s+/g, ' ')
    .replace(/;?\s*$/, '')
    .trim()
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

const afterLoss = {
  uncommitted: 'PostgreSQL undoes what was not committed; run again.',
  committed: 'It was committed and is recorded all the same; run again for what follows.',
  committing: 'Whether it was committed is not known; look with "dbmig current", then run again.',
  outside:
    'It runs outside a transaction, so what it did until then stays; run again, and you are told the ways on.',
}

/** @param when `outside`: of a transaction */
export function connectionLost(
  context: FailureContext,
  cause: unknown,
  when: keyof typeof afterLoss,
): DbmigError {
  const remains = afterLoss[when]
  return new DbmigError(
    'RUNNER_CONNECTION_LOST',
    `The connection was lost while revision ${located(context.revision)} ran ${context.direction}: ${sentence(summarizePgError(cause))} ${remains}`,
    { ...detailOf(context, cause), cause },
  )
}

/** Another run may have begun since. */
export function lockReleased(context: FailureContext, cause: LockReleased, remains: Remains): DbmigError {
  return new DbmigError(
    'RUNNER_LOCK_LOST',
    `Revision ${located(context.revision)} failed on the way ${context.direction}: ${cause.message}, so that another run could begin. ${adviceOn(context, undefined, remains, 'file')}`,
    { ...detailOf(context, undefined), cause },
  )
}

export function transactionEnded(context: FailureContext, cause: unknown): DbmigError {
  const said = cause === undefined ? '' : ` Then it failed: ${sentence(summarizePgError(cause))}`
  return new DbmigError(
    'RUNNER_TRANSACTION_ENDED',
    `Revision ${located(context.revision)} ended dbmig's transaction itself (a commit or rollback in its SQL), so it is not recorded, and what it committed stays.${said} Undo that, and take the commit out of the file or export const config = { transaction: false }.`,
    { ...detailOf(context, cause), cause },
  )
}

export function errorSwallowed(context: FailureContext, cause: unknown): DbmigError {
  return new DbmigError(
    'RUNNER_ERROR_SWALLOWED',
    `Revision ${located(context.revision)} caught the error of a statement and went on, but PostgreSQL had given up the transaction. ${remainsOf(context, 'nothing')}; let the error through, or use a savepoint.`,
    { ...detailOf(context, cause), cause },
  )
}

/** Outside a transaction of dbmig's. */
export function transactionNotEnded(context: FailureContext): DbmigError {
  return new DbmigError(
    'RUNNER_TRANSACTION_OPEN',
    `Revision ${located(context.revision)} began a transaction on the way ${context.direction} and did not end it, so that was rolled back, and only what ran before it stays. Add the commit to the file, and run it again with --retry once that can go well, or say with "dbmig resolve" what is there of it.`,
    detailOf(context, undefined),
  )
}

export function transactionLeftOpen(revision: Revision): DbmigError {
  return new DbmigError(
    'RUNNER_TRANSACTION_OPEN',
    `Revision ${located(revision)} began a transaction and did not end it; add the commit to the file.`,
  )
}

/** @param ran the steps of this run that were committed before */
export function interrupted(context: FailureContext | null, ran: number): DbmigError {
  const where = context === null ? '' : ` in revision ${located(context.revision)}`
  const kept = ran === 0 ? 'nothing was changed' : earlierSteps(ran)
  return new DbmigError('RUNNER_INTERRUPTED', `Interrupted${where}; ${kept}.`, {
    exitCode: 130,
    ...(context === null ? {} : detailOf(context, undefined)),
  })
}

/** @param ran at least one */
export function earlierSteps(ran: number): string {
  return `${ran} earlier ${ran === 1 ? 'step is' : 'steps are'} done and recorded`
}

/** As `interrupted`, for a file outside a transaction. */
export function interruptedOutside(context: FailureContext): DbmigError {
  // The next run says of both what to do.
  const recorded = context.notLogged === null ? 'failed' : 'running'
  return new DbmigError(
    'RUNNER_INTERRUPTED',
    `Interrupted in revision ${located(context.revision)}, which runs outside a transaction: what it did so far stays, and it is recorded as ${recorded}. Run it again with --retry, or say with "dbmig resolve" what is there of it.`,
    { exitCode: 130, ...detailOf(context, undefined) },
  )
}

/** @param ran the steps of this run that are done */
export function hookFailed(name: string, cause: unknown, ran: number): DbmigError {
  if (cause instanceof StatementNotAwaited) return hookNotAwaited(name, cause, ran)
  return new DbmigError(
    'RUNNER_HOOK_FAILED',
    `The hook ${name} of the configuration failed: ${sentence(summarizePgError(cause))} ${keptOf(ran)}`,
    {
      ...(isPgError(cause) ? { detail: describePgError(cause).split('\n').slice(1).join('\n') } : {}),
      cause,
    },
  )
}

function hookNotAwaited(name: string, { sql, cause }: StatementNotAwaited, ran: number): DbmigError {
  const said = cause === undefined ? '' : ` It failed: ${sentence(summarizePgError(cause))}`
  return new DbmigError(
    'RUNNER_NOT_AWAITED',
    `The hook ${name} of the configuration returned without waiting for a statement that it had started: ${inLine(sql)}.${said} Put \`await\` before it. ${keptOf(ran)}`,
    { cause },
  )
}

export function hookLeftTransaction(name: string, ran: number): DbmigError {
  return new DbmigError(
    'RUNNER_HOOK_FAILED',
    `The hook ${name} of the configuration began a transaction and did not end it, so it was rolled back. ${keptOf(ran)}`,
  )
}

function keptOf(ran: number): string {
  if (ran === 0) return 'No revision was run; correct the hook and run again.'
  return `All that was to run is done and recorded (${ran} ${ran === 1 ? 'revision' : 'revisions'}).`
}

/** The run has come to its end: what it says of itself would be lost with a listener's error. */
export function listenerFailed(type: string, cause: unknown): DbmigError {
  return new DbmigError(
    'RUNNER_LISTENER_FAILED',
    `The function onEvent threw at an event "${type}": ${sentence(summarizePgError(cause))} The run went on to its end all the same, and what it did is done and recorded.`,
    { cause },
  )
}

/** The first error says why the run failed; the second that nobody was told of it. */
export function withSecond(error: DbmigError, who: string, second: unknown): DbmigError {
  const { code, message, detail, exitCode, found } = error
  const more = `${who} failed as well: ${sentence(summarizePgError(second))}`
  return new DbmigError(code, message, {
    detail: detail === undefined ? more : `${detail}\n${more}`,
    exitCode,
    cause: error.cause ?? error,
    ...(found === undefined ? {} : { found }),
  })
}

export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

export function detailOf({ revision, notLogged, left }: FailureContext, cause: unknown): { detail?: string } {
  const lines: string[] = []
  // The first line is in the message already.
  const said = saidLast(cause)
  if (isPgError(said)) lines.push(...describePgError(said).split('\n').slice(1))
  lines.push(...placeIn(revision.path, cause))
  const instead = outsideAdvice(said)
  if (instead !== null) lines.push(instead)
  for (const { name, table } of left)
    lines.push(`The index ${name} on ${table} was left invalid; --retry drops it first.`)
  if (notLogged !== null) lines.push(`The failure is not in the log: ${notLogged}`)
  return lines.length === 0 ? {} : { detail: lines.join('\n') }
}

/** What PostgreSQL does not do in the transaction that dbmig has begun. */
function outsideAdvice(said: unknown): string | null {
  if (sqlStateOf(said) !== '25001') return null
  const apart = 'put it into a revision of its own with export const config = { transaction: false }'
  return /isolation/i.test(messageOf(said))
    ? `dbmig has asked the transaction something before the revision. Where the level matters, ${apart}, which begins and commits a transaction itself.`
    : `It does not run inside the transaction that a revision has; ${apart}.`
}

/** Why something could not be done, in a line. */
export function reason(error: unknown): string {
  return sqlStateOf(error) === undefined ? messageOf(error) : summarizePgError(error)
}
