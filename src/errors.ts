/** The one error class of dbmig: a stable code, one sentence, and what to do next. */

/** 1: failed; 2: usage or configuration; 3: a check said no; 130: interrupted (the command line makes it 143 where SIGTERM has done it). */
export type ExitCode = 1 | 2 | 3 | 130

export interface DbmigErrorOptions {
  /** More lines that belong to the message: an SQL excerpt, a remaining difference. Printed below it. */
  readonly detail?: string
  /** 1 unless told. */
  readonly exitCode?: ExitCode
  readonly cause?: unknown
  /** Where a check said no: what it found, which `--json` prints as its document. */
  readonly found?: object
}

/**
 * A failure that a user can act on. Its message is one sentence (or two) that says what is wrong, where, and what to do
 * next; it never contains a password. Anything else that is thrown is a bug of dbmig or of the user's own code.
 *
 * Each room makes its errors in small functions in an `errors.ts` of its own, so that its messages can be read at once.
 */
export class DbmigError extends Error {
  /** Stable, upper case, prefixed by the room: `GRAPH_MULTIPLE_HEADS`. */
  readonly code: string
  readonly detail: string | undefined
  readonly exitCode: ExitCode
  readonly found: object | undefined

  constructor(code: string, message: string, options: DbmigErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'DbmigError'
    this.code = code
    this.detail = options.detail
    this.exitCode = options.exitCode ?? 1
    this.found = options.found
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
