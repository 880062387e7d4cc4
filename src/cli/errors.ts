/** What can be wrong with a command line, beyond what commander sees, and with how it ends. */
import { DbmigError, messageOf } from '../errors.ts'

/** @param said what commander has to say of the command line, line by line */
export function badUsage(said: readonly string[]): DbmigError {
  const [message = '', ...more] = said
    .join('')
    .trim()
    .replace(/^error: /, '')
    .split('\n')
  const detail = more.join('\n')
  return new DbmigError('CLI_USAGE', message, { exitCode: 2, ...(detail === '' ? {} : { detail }) })
}

export function targetMissing(): DbmigError {
  return new DbmigError('CLI_USAGE', "missing required argument 'target', or --from-plan FILE", {
    exitCode: 2,
  })
}

export function targetOfPlan(target: string): DbmigError {
  return new DbmigError(
    'CLI_USAGE',
    `--from-plan runs the steps of its file, which has a target of its own; leave out "${target}".`,
    { exitCode: 2 },
  )
}

export function planWithJson(): DbmigError {
  return new DbmigError(
    'CLI_USAGE',
    '--plan - writes the plan to stdout, where --json prints its own document; name a file, or leave out --json.',
    { exitCode: 2 },
  )
}

export function planFromTerminal(): DbmigError {
  return new DbmigError(
    'CLI_USAGE',
    '--from-plan - reads the plan from standard input, which is a terminal; pipe a plan to it, or name a file.',
    { exitCode: 2 },
  )
}

export function planNotRead(wasStopped: boolean, cause: unknown): DbmigError {
  return wasStopped
    ? new DbmigError(
        'CLI_PLAN_NOT_READ',
        'Interrupted while the plan was read from standard input; nothing was run.',
        { exitCode: 130, cause },
      )
    : new DbmigError(
        'CLI_PLAN_NOT_READ',
        `The plan cannot be read from standard input (${messageOf(cause)}); nothing was run. Pipe a plan to it, or name a file.`,
        { exitCode: 2, cause },
      )
}

export function graphReversed(): DbmigError {
  return new DbmigError(
    'CLI_GRAPH_REVERSED',
    'The graph is drawn from the newest revision down, so --graph and --reverse do not go together; leave out one of the two.',
    { exitCode: 2 },
  )
}

/** @param flags as typed, that do not go together */
export function notTogether(flags: readonly [string, string], why: string): DbmigError {
  return new DbmigError(
    'CLI_NOT_TOGETHER',
    `${flags[0]} and ${flags[1]} do not go together: ${why}; leave out one of the two.`,
    { exitCode: 2 },
  )
}

export function expectAlone(): DbmigError {
  return new DbmigError('CLI_EXPECT_ALONE', '--expect is what --verify looks for; add --verify.', {
    exitCode: 2,
  })
}

/** @param flag without its dashes */
export function fleetNotAsked(flag: string): DbmigError {
  return new DbmigError(
    'CLI_FLEET_NOT_ASKED',
    `--${flag} is for many databases; add --all or --only PATTERN, or leave it out.`,
    { exitCode: 2 },
  )
}

/** @param flag as typed */
export function notOfMany(flag: string, what: 'revisions' | 'rows' = 'revisions'): DbmigError {
  return new DbmigError(
    'CLI_NOT_OF_MANY',
    `${flag} is for the list of one database; leave it out, name the database with --database NAME, or add --json, which lists the ${what} of each.`,
    { exitCode: 2 },
  )
}

/** The last line of a run over many databases in JSON: why each has failed is in the document, and was told before. */
export function fleetFailed(
  databases: readonly { readonly name: string; readonly ok: boolean }[],
  exitCode: 1 | 3,
): DbmigError {
  const names = databases.filter(({ ok }) => !ok).map(({ name }) => name)
  return new DbmigError(
    'FLEET_FAILED',
    `${names.length} of ${databases.length} databases failed or were not started: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}.`,
    { exitCode },
  )
}

/** @param cause what a promise or a callback has thrown while the command went on */
export function notAwaited(cause: unknown): DbmigError {
  return new DbmigError(
    'CLI_NOT_AWAITED',
    `${messageOf(cause).replace(/[.]$/, '')}: this failed in a promise or a callback that nothing waits for, and ended the command. Add the missing await to the revision, the schema or the configuration; "dbmig current" says what is applied.`,
    { cause },
  )
}

/** @param code of `process.exit`; null where nothing is left to wait for */
export function endedEarly(code: number | null): DbmigError {
  const why =
    code === null
      ? 'waits for what never comes'
      : `called process.exit(${code === 0 ? '' : code}), which ends dbmig as well`
  return new DbmigError(
    'CLI_ENDED_EARLY',
    `The command has not come to its end, because a revision, the schema or the configuration ${why}. Correct that; "dbmig current" says what is applied.`,
  )
}

export function notPrinted(cause: unknown): DbmigError {
  return new DbmigError(
    'CLI_NOT_PRINTED',
    `The result cannot be written to stdout (${messageOf(cause)}), although the command itself is done. Make room there, or send it elsewhere.`,
    { cause },
  )
}
