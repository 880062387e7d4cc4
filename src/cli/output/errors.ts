/** Printing an error: one sentence, its detail, and with `--verbose` where it came from. */
import { commandsWith } from '../../commands.ts'
import { describePgError, isPgError } from '../../database/pg-error.ts'
import { redactSecrets } from '../../database/secrets.ts'
import { DbmigError, messageOf } from '../../errors.ts'
import { type ErrorLineContext, errorLine } from './ndjson.ts'
import type { Style } from './style.ts'

export interface ErrorContext extends ErrorLineContext {
  /** What was found goes to stdout as JSON too, and the error is JSON. */
  readonly json: boolean
}

/**
 * Prints an error on stderr, with `--json` as a line of JSON, and with `--json` what a check that said no has found on stdout.
 *
 * @returns the exit code
 */
export function printError(error: unknown, style: Style, context: ErrorContext): number {
  process.stderr.write(`${context.json ? errorLine(error, context) : textOf(error, style, context)}\n`)
  if (!(error instanceof DbmigError)) return 1
  if (context.json && error.found !== undefined)
    process.stdout.write(`${JSON.stringify(error.found, null, 2)}\n`)
  return error.exitCode
}

function textOf(error: unknown, style: Style, context: ErrorContext): string {
  const lines = linesOf(error, style, context)
  if (context.verbose) lines.push(...stackOf(error).map(style.dim))
  // A message of a driver or of the user's own code may quote a URL.
  const text = redactSecrets(lines.join('\n'))
  return context.place === undefined ? text : commandsWith(text, context.place)
}

function linesOf(error: unknown, style: Style, { verbose, stopCode }: ErrorContext): string[] {
  const head = (text: string) => `${style.bold(style.red('error:'))} ${text}`
  if (error instanceof DbmigError) {
    const detail = error.detail?.trimEnd()
    return [
      head(error.message),
      ...(detail ? [detail] : []),
      ...(verbose ? [style.dim(`(${error.code})`)] : []),
    ]
  }
  // An error that says nothing of the signal is its consequence.
  if (stopCode !== undefined) return [head('Interrupted.')]
  if (isPgError(error)) {
    const [first = '', ...more] = describePgError(error).split('\n')
    return [head(`PostgreSQL says: ${first}`), ...more]
  }
  const hint = verbose ? '' : '; add --verbose for the stack'
  return [head(messageOf(error)), style.dim(`This is a bug in dbmig, or in code that it loaded${hint}.`)]
}

/** The stacks of an error and of what caused it. */
function stackOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const own = error.stack ?? error.message
  return error.cause === undefined
    ? [own]
    : [own, ...stackOf(error.cause).map((stack) => `Caused by: ${stack}`)]
}
