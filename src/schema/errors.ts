/** Every message about a target schema. */
import { inspect } from 'node:util'
import { describePgError, summarizePgError } from '../database/pg-error.ts'
import { DbmigError, messageOf } from '../errors.ts'
import { placeOf } from '../sql/errors.ts'
import type { TargetStatement } from './target-statement.ts'

export function schemaFileMissing(file: string): DbmigError {
  return new DbmigError(
    'SCHEMA_FILE_MISSING',
    `The schema file ${file} does not exist. Create it, or correct \`schema\` in the configuration.`,
    { exitCode: 2 },
  )
}

export function schemaFileUnreadable(file: string, cause: unknown): DbmigError {
  return new DbmigError(
    'SCHEMA_FILE_UNREADABLE',
    `The schema file ${file} cannot be read (${messageOf(cause)}). \`schema\` in the configuration names files, not folders.`,
    { exitCode: 2, cause },
  )
}

export function schemaThrew(file: string, cause: unknown): DbmigError {
  return new DbmigError(
    'SCHEMA_THREW',
    `The schema file ${file} threw: ${messageOf(cause).replace(/[.]$/, '')}. Correct it and try again.`,
    {
      cause,
      ...(cause instanceof Error && cause.stack !== undefined ? { detail: frameIn(file, cause) } : {}),
    },
  )
}

/** The first line of the stack that lies in the user's file. */
function frameIn(file: string, error: Error): string {
  const frame = error.stack?.split('\n').find((line) => line.includes(file))
  return frame?.trim() ?? ''
}

export function wrongExport(file: string, exports: Readonly<Record<string, unknown>>): DbmigError {
  const { default: byDefault, ...named } = exports
  const names = Object.keys(named)
  const found =
    'default' in exports
      ? `its default export is ${describe(byDefault)}`
      : names.length > 0
        ? `it exports only ${names.map((name) => `\`${name}\``).join(', ')}`
        : 'it exports nothing'
  return new DbmigError(
    'SCHEMA_WRONG_EXPORT',
    `The schema file ${file} must export what defineSchema gives as its default, but ${found}. Write \`export default defineSchema(({ schema, sql }) => [ … ])\`.`,
  )
}

export function returnsNothing(file: string | null): DbmigError {
  return new DbmigError(
    'SCHEMA_RETURNS_NOTHING',
    `${placeOf(file, undefined)}: the function that defineSchema is given returns undefined, so nothing is declared. Return the list of statements (an empty list where there are none).`,
  )
}

/** @param at whose stack leads to where it was executed */
export function executed(file: string | null, at: Error): DbmigError {
  return new DbmigError(
    'SCHEMA_EXECUTED',
    `${placeOf(file, undefined)}: a statement is executed inside the function that defineSchema is given, where there is no database. Leave out \`.execute()\` and \`await\`, and return the statement: dbmig runs it itself.`,
    file === null ? {} : { detail: frameIn(file, at) },
  )
}

/** @param path the indexes that lead to the element, e.g. `[3, 0]` */
export function notAStatement(file: string | null, path: readonly number[], value: unknown): DbmigError {
  const element =
    path.length === 0 ? 'the value that it returns' : `element ${path.map((i) => `[${i}]`).join('')}`
  return new DbmigError(
    'SCHEMA_NOT_A_STATEMENT',
    `${placeOf(file, undefined)}: ${element} is no statement but ${describe(value)}. ${adviceFor(value)}`,
  )
}

function adviceFor(value: unknown): string {
  if (isPromise(value)) return 'Leave out `.execute()` and `await`: dbmig runs the statements itself.'
  if (typeof value === 'string') return 'Write it as sql`…`.'
  return 'Give builders of `schema`, sql`…` fragments, other schemas, or lists of these.'
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** What a value is, in words. */
function describe(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (isPromise(value)) return 'a promise'
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) {
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
    if (typeof name === 'string' && name !== 'Object') return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
    const keys = Object.keys(value)
    return keys.length === 0 ? 'an empty object' : `an object with the keys ${keys.slice(0, 5).join(', ')}`
  }
  const shown = inspect(value)
  return `${typeof value} ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}`
}

export function noLiteral(file: string | null, path: readonly number[], cause: unknown): DbmigError {
  return new DbmigError(
    'SCHEMA_NO_LITERAL',
    `${placeOf(file, undefined)}: element ${path.map((i) => `[${i}]`).join('')} has ${messageOf(cause)}. Write the value into the SQL as text with its type, for example sql.lit('{"a":1}').`,
    { cause },
  )
}

export function doesNotCompile(file: string | null, path: readonly number[], cause: unknown): DbmigError {
  return new DbmigError(
    'SCHEMA_DOES_NOT_COMPILE',
    `${placeOf(file, undefined)}: Kysely cannot compile element ${path.map((i) => `[${i}]`).join('')}: ${messageOf(cause).replace(/[.]$/, '')}. Complete the builder.`,
    { cause },
  )
}

export function clusterWideStatement(statement: TargetStatement, what: string): DbmigError {
  return new DbmigError(
    'SCHEMA_CLUSTER_WIDE',
    `${placeOf(statement.file, statement.line)}: this statement changes ${what}, but a target is the schema of one database, and this would reach beyond it. Take it out, and do it once by hand.`,
    { detail: statement.sql },
  )
}

export function rollbackStatement(statement: TargetStatement): DbmigError {
  return new DbmigError(
    'SCHEMA_ROLLBACK',
    `${placeOf(statement.file, statement.line)}: this statement undoes what stands before it, and a target schema only declares. Take it out.`,
    { detail: statement.sql },
  )
}

export function extensionUnavailable(
  statement: TargetStatement,
  name: string,
  address: string,
  cause: unknown,
): DbmigError {
  return new DbmigError(
    'SCHEMA_EXTENSION_UNAVAILABLE',
    `${placeOf(statement.file, statement.line)}: the extension "${name}" is not installed on the server of the shadow database, ${address}. Install it there, or name a server that has it as \`shadow\`.`,
    { detail: describePgError(cause, statement.sql), cause },
  )
}

export function roleUnavailable(
  statement: TargetStatement,
  name: string,
  address: string,
  cause: unknown,
): DbmigError {
  return new DbmigError(
    'SCHEMA_ROLE_UNAVAILABLE',
    `${placeOf(statement.file, statement.line)}: there is no role "${name}" on the server of the shadow database, ${address}. Roles belong to a whole server, so create it there by hand, or set \`shadow\` to "pglite", where dbmig makes what is missing.`,
    { detail: describePgError(cause, statement.sql), cause },
  )
}

export interface Failure {
  readonly statement: TargetStatement
  readonly error: unknown
}

/** @param failures all that still fail, the one to show first in front */
export function statementFailed(failures: readonly [Failure, ...Failure[]]): DbmigError {
  const [{ statement, error }, ...others] = failures
  const more =
    others.length === 0
      ? ''
      : ` ${others.length === 1 ? 'One more fails' : `${others.length} more fail`} with it.`
  return new DbmigError(
    'SCHEMA_STATEMENT_FAILED',
    `${placeOf(statement.file, statement.line)}: PostgreSQL cannot run \`${openingOf(statement.sql)}\`: ${summarizePgError(error)}. Correct the statement, or declare what it needs.${more}`,
    { detail: [describePgError(error, statement.sql), ...summaries(others)].join('\n'), cause: error },
  )
}

/** @param names what the statements create and wait for */
export function statementCircle(
  names: readonly string[],
  failures: readonly [Failure, ...Failure[]],
): DbmigError {
  const [{ statement, error }, ...others] = failures
  return new DbmigError(
    'SCHEMA_CIRCLE',
    `${placeOf(statement.file, statement.line)}: ${names.map((name) => `"${name}"`).join(' and ')} wait for one another, so none can be created first. Take one foreign key out of its CREATE TABLE and add it by ALTER TABLE.`,
    { detail: [describePgError(error, statement.sql), ...summaries(others)].join('\n'), cause: error },
  )
}

const LONGEST_OPENING = 60

/** How a statement begins, by which it is found: a module tells no lines. */
function openingOf(sql: string): string {
  const line = sql.trim().replaceAll(/\s+/g, ' ')
  return line.length <= LONGEST_OPENING ? line : `${line.slice(0, LONGEST_OPENING - 1).replace(/ \S*$/, '')}…`
}

function summaries(failures: readonly Failure[]): string[] {
  const shown = failures.slice(0, 5).map(({ statement, error }) => {
    return `${placeOf(statement.file, statement.line)}: \`${openingOf(statement.sql)}\`: ${summarizePgError(error)}`
  })
  return failures.length > 5 ? [...shown, `… and ${failures.length - 5} more`] : shown
}
