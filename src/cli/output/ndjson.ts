/** What goes to stderr with `--json`: a JSON object on each line. */
import { commandsWith } from '../../commands.ts'
import { describePgError } from '../../database/pg-error.ts'
import { redactSecrets } from '../../database/secrets.ts'
import { DbmigError } from '../../errors.ts'
import type { CommandEvent, RunEvent } from '../../index.ts'
import { withStopCode } from '../stop.ts'

type ShownRevision = Pick<Extract<RunEvent, { type: 'start' }>['revision'], 'revision' | 'message' | 'path'>

/** A line without its end. Dates are ISO 8601; an address in a text loses its password. */
export function jsonLine(type: string, fields: object, signal?: AbortSignal): string {
  const value = { type, time: new Date(), ...fields }
  const stopped = signal && withStopCode(signal)
  return JSON.stringify(value, (key, each: unknown) =>
    typeof each === 'string' ? redactSecrets(each) : (stopped?.(key, each) ?? each),
  )
}

/** An event, with its revision as id, message and path; what the server says beside them is a `text`. */
export function eventLine({ type, ...event }: CommandEvent, signal: AbortSignal): string {
  const fields = {
    ...event,
    ...('severity' in event ? { text: event.message } : {}),
    ...('revision' in event ? shownOf(event.revision) : {}),
    ...('revisions' in event ? { revisions: event.revisions.map(shownOf) } : {}),
    ...('error' in event ? { error: event.cause, cause: undefined } : {}),
  }
  return jsonLine(type, fields, signal)
}

export interface ErrorLineContext {
  readonly verbose: boolean
  /** The flag that makes a proposed command work on the same database. */
  readonly place?: string | undefined
  /** Where a signal ends the command: with which exit code. */
  readonly stopCode?: number | undefined
}

/** The error that ended the command. */
export function errorLine(error: unknown, { verbose, place, stopCode }: ErrorLineContext): string {
  const own = (text: string) => (place === undefined ? text : commandsWith(text, place))
  const stack = verbose && error instanceof Error ? { stack: error.stack } : {}
  if (error instanceof DbmigError) {
    const { code, message, detail = null } = error
    const exitCode = stopCode ?? error.exitCode
    return jsonLine('error', {
      code,
      message: own(message),
      detail: detail && own(detail),
      exitCode,
      ...stack,
    })
  }
  const [message, ...more] = describePgError(error).split('\n')
  const detail = more.length === 0 ? null : more.join('\n')
  return jsonLine('error', { code: null, message, detail, exitCode: stopCode ?? 1, ...stack })
}

function shownOf({ revision, message, path }: ShownRevision): ShownRevision {
  return { revision, message, path }
}
