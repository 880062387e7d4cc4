/** Applying a target schema to an empty database, in whatever order its statements stand. */
import { isPgError, type PgError } from '../database/pg-error.ts'
import { quoteIdentifier } from '../database/quote.ts'
import type { Session } from '../database/session.ts'
import { createdExtension, createdRelation } from './classify-statement.ts'
import {
  extensionUnavailable,
  type Failure,
  roleUnavailable,
  statementCircle,
  statementFailed,
} from './errors.ts'
import type { TargetStatement } from './target-statement.ts'
import { type Settings, type Step, targetSteps, transition, withoutBodyChecks } from './target-steps.ts'

export interface ApplyOptions {
  readonly signal?: AbortSignal | undefined
}

/** How much goes to the server at once: a chunk is one transaction, whose locks all live in the server's shared table. */
const chunkStatements = 200
const chunkCharacters = 200_000

/**
 * Runs a target schema's statements. One that fails because something that it names is not there yet runs again after the
 * others, in the settings of its place, as long as that gets any further.
 *
 * @param session on an empty database that nobody else uses
 * @throws SCHEMA_STATEMENT_FAILED, SCHEMA_CIRCLE, SCHEMA_EXTENSION_UNAVAILABLE, SCHEMA_ROLE_UNAVAILABLE, SCHEMA_CLUSTER_WIDE, SCHEMA_ROLLBACK
 */
export async function applyTarget(
  session: Session,
  statements: readonly TargetStatement[],
  options: ApplyOptions = {},
): Promise<void> {
  const steps = targetSteps(statements, session)
  const applier = new Applier(session, options.signal)
  await session.execute(withoutBodyChecks.sql)
  const failed = await runWhileItHelps(applier, steps)
  const [first, ...others] = failed.map(({ statement, error }) => ({ statement, error }))
  if (first !== undefined) throw explain([first, ...others])
  await applier.finish()
}

/**
 * The foreign keys that were taken out of their tables come after all that can be made without them: a partition that is
 * made when its table has its keys already would get them twice, from the table and from its own declaration.
 */
async function runWhileItHelps(applier: Applier, steps: readonly Step[]): Promise<readonly FailedStep[]> {
  const isLast = ({ statement }: Step): boolean => statement.last === true
  let failed: readonly FailedStep[] = []
  for (const some of [steps.filter((step) => !isLast(step)), steps.filter(isLast)]) {
    let next = [...some, ...failed.map(({ step }) => step)]
    for (let count = Number.POSITIVE_INFINITY; next.length > 0 && next.length < count; ) {
      count = next.length
      failed = await applier.run(next)
      next = failed.map(({ step }) => step)
    }
  }
  return failed
}

interface FailedStep extends Failure {
  readonly step: Step
}

/** Runs steps on one session and knows which settings are in force on it. */
class Applier {
  readonly #session: Session
  readonly #signal: AbortSignal | undefined
  #inForce: Settings = new Map()

  constructor(session: Session, signal: AbortSignal | undefined) {
    this.#session = session
    this.#signal = signal
  }

  /** Runs all steps, many at once where that works. @returns those that failed */
  async run(steps: readonly Step[]): Promise<FailedStep[]> {
    const failed: FailedStep[] = []
    for (const chunk of chunksOf(steps)) {
      this.#signal?.throwIfAborted()
      if (chunk.length > 1 && (await this.#runChunk(chunk))) continue
      for (const step of chunk) {
        this.#signal?.throwIfAborted()
        const failure = await this.#runStep(step)
        if (failure !== null) failed.push({ ...failure, step })
      }
    }
    return failed
  }

  /** Puts the session's settings back. */
  async finish(): Promise<void> {
    const failure = await this.#enter(new Map())
    if (failure !== null) throw statementFailed([failure])
    await this.#session.execute('reset check_function_bodies')
  }

  /** The simple protocol runs a script as one transaction, which also takes back its settings when it fails. */
  async #runChunk(chunk: readonly Step[]): Promise<boolean> {
    const script: string[] = []
    let settings = this.#inForce
    for (const step of chunk) {
      script.push(...transition(settings, step.settings).map(({ sql }) => sql), step.statement.sql)
      settings = step.settings
    }
    try {
      await this.#session.execute(script.join(';\n'))
    } catch (error) {
      mustBeStatementError(error)
      return false
    }
    this.#inForce = settings
    return true
  }

  /** Runs one statement in a transaction of its own, or in none where it cannot run in one. */
  async #runStep({ statement, settings }: Step): Promise<Failure | null> {
    return (await this.#enter(settings)) ?? (await this.#runStatement(statement))
  }

  async #enter(settings: Settings): Promise<Failure | null> {
    for (const statement of transition(this.#inForce, settings)) {
      const failure = await this.#runStatement(statement)
      if (failure === null) continue
      // Some of them are set now: whatever comes next sets or resets each.
      this.#inForce = new Map([...this.#inForce, ...settings].map(([name]) => [name, unknown]))
      return failure
    }
    this.#inForce = settings
    return null
  }

  async #runStatement(statement: TargetStatement): Promise<Failure | null> {
    const created = new Set<string>()
    for (;;) {
      try {
        await this.#session.execute(statement.sql)
        return null
      } catch (error) {
        mustBeStatementError(error)
        const role = missingRole(error)
        if (role !== null && this.#session.engine === 'server')
          throw roleUnavailable(statement, role, this.#session.address, error)
        if (role === null || created.has(role))
          return { statement, error: named(error, statement, this.#session) }
        created.add(role)
        await this.#session.execute(`create role ${quoteIdentifier(role)}`)
      }
    }
  }
}

const unknown: TargetStatement = { sql: '', file: null }

function* chunksOf(steps: readonly Step[]): Generator<Step[]> {
  let chunk: Step[] = []
  let characters = 0
  for (const step of steps) {
    chunk.push(step)
    characters += step.statement.sql.length
    if (chunk.length < chunkStatements && characters < chunkCharacters) continue
    yield chunk
    chunk = []
    characters = 0
  }
  if (chunk.length > 0) yield chunk
}

/** Throws what another try cannot mend: a lost connection, a cancelled statement, a server that is out of room. */
function mustBeStatementError(error: unknown): asserts error is PgError {
  if (!isPgError(error) || /^(?:08|53[123]00$|57|58030|XX)/.test(error.code)) throw error
}

/** PGlite speaks English; a server of another language is not understood, and its own message is shown. SET ROLE has a code of its own. */
function missingRole(error: PgError): string | null {
  if (error.code !== '42704' && error.code !== '22023') return null
  return /^role "(.+)" does not exist$/s.exec(error.message)?.[1] ?? null
}

/** An extension whose files are missing will not appear while we try. */
function named(error: PgError, statement: TargetStatement, session: Session): PgError {
  const extension = ['0A000', '58P01'].includes(error.code) ? createdExtension(statement.sql) : null
  if (extension !== null) throw extensionUnavailable(statement, extension, session.address, error)
  return error
}

type Failures = readonly [Failure, ...Failure[]]

function explain(failures: Failures): Error {
  const circle = circleOf(failures)
  return circle === null ? statementFailed(causeFirst(failures)) : statementCircle(circle, failures)
}

/** The tables that wait for each other, when that is all that is left; otherwise null. */
function circleOf(failures: Failures): string[] | null {
  const created = failures.map(({ statement }) => createdRelation(statement.sql))
  const missing = failures.map(({ error }) => missingRelation(error))
  const names = new Set(created)
  if (missing.some((name) => name === null || !names.has(name))) return null
  return created.filter((name) => name !== null && missing.includes(name)) as string[]
}

function missingRelation(error: unknown): string | null {
  if (!isPgError(error) || error.code !== '42P01') return null
  return /"(?:[^"]*\.)?([^".]+)"/.exec(error.message)?.[1] ?? null
}

/** What is wrong in itself comes before what only misses something: that may be another's fault. */
function causeFirst(failures: Failures): Failures {
  const own = failures.filter(({ error }) => !(isPgError(error) && namesMissing.test(error.code)))
  const [first = failures[0]] = own
  return [first, ...failures.filter((failure) => failure !== first)]
}

/** Undefined tables, columns, functions, objects, parameters and schemas; a missing unique key; a failed transaction. */
const namesMissing = /^(?:42P01|42703|42883|42704|42P02|3F000|42830|25P02)$/
