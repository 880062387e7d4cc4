/** What can go wrong on the way to a database, one sentence each. */
import { DbmigError, messageOf } from '../errors.ts'
import { CONNECTION_LOST, summarizePgError } from './pg-error.ts'
import { describeDatabase, describeServer, redactText, redactUrl } from './url.ts'

export function invalidUrl(url: string, why: string): DbmigError {
  return new DbmigError(
    'DATABASE_URL_INVALID',
    `The database URL ${redactUrl(url)} cannot be read: ${why}.`,
    {
      exitCode: 2,
    },
  )
}

export function unknownScheme(url: string): DbmigError {
  return new DbmigError(
    'DATABASE_URL_SCHEME',
    `The database URL ${redactUrl(url)} has no scheme that dbmig knows; it starts with postgres://, postgresql:// or pglite:.`,
    { exitCode: 2 },
  )
}

export function pgliteMissing(cause: unknown): DbmigError {
  return new DbmigError(
    'DATABASE_PGLITE_MISSING',
    'The embedded database needs the package @electric-sql/pglite; install it with `npm install --save-dev @electric-sql/pglite`.',
    { exitCode: 2, cause },
  )
}

export function pgliteExtensionMissing(name: string, cause: unknown): DbmigError {
  return new DbmigError(
    'DATABASE_PGLITE_EXTENSION',
    `The installed @electric-sql/pglite has no extension "${name}"; use a PostgreSQL server that has it.`,
    { cause },
  )
}

export function pgliteInUse(directory: string, pid: number, lockFile: string): DbmigError {
  return new DbmigError(
    'DATABASE_PGLITE_IN_USE',
    `The embedded database in ${directory} is open in process ${pid}; wait until that ends (if it is no dbmig, delete ${lockFile}).`,
  )
}

export function pgliteFailed(directory: string | null, cause: unknown): DbmigError {
  const where = describeDatabase(`pglite:${directory ?? 'memory'}`)
  return new DbmigError('DATABASE_PGLITE_FAILED', `Cannot open ${where}: ${messageOf(cause)}.`, { cause })
}

/** A connection that was there, and has gone. */
export function connectionLost(url: string, cause: unknown): DbmigError {
  return new DbmigError(
    CONNECTION_LOST,
    `The connection to ${describeDatabase(url)} was lost: ${redactText(summarizePgError(cause), url)}; PostgreSQL undoes what was not committed, so run the command again.`,
    { cause },
  )
}

export function invalidSetting(name: string, value: string, cause: unknown): DbmigError {
  return new DbmigError(
    'DATABASE_SETTING',
    `PostgreSQL refuses ${name} = '${value}': ${messageOf(cause)}; write a time such as '3s' or '500ms'.`,
    { exitCode: 2, cause },
  )
}

/** @param readOnly why the database takes no writes */
export function readOnlyDatabase(address: string, readOnly: 'standby' | 'default'): DbmigError {
  return readOnly === 'standby'
    ? new DbmigError(
        'DATABASE_STANDBY',
        `The server ${describeServer(address)} is a hot standby, which takes no writes; connect to its primary (with several hosts in the URL: target_session_attrs=primary).`,
      )
    : new DbmigError(
        'DATABASE_READ_ONLY',
        `Every transaction on ${describeDatabase(address)} is read-only by default_transaction_read_only; set that to off for the role, or add options=-c%20default_transaction_read_only%3Doff to the URL.`,
      )
}

export function openInterrupted(url: string): DbmigError {
  return new DbmigError('DATABASE_INTERRUPTED', `Interrupted while connecting to ${describeDatabase(url)}.`, {
    exitCode: 130,
  })
}

/** @param address safe to print */
export function askInterrupted(address: string): DbmigError {
  return new DbmigError(
    'DATABASE_INTERRUPTED',
    `Interrupted while the database ${address} was asked; nothing was changed.`,
    { exitCode: 130 },
  )
}

/** @param address safe to print */
export function askTimedOut(address: string, cause: unknown): DbmigError {
  return new DbmigError(
    'DATABASE_TIMEOUT',
    `What dbmig itself asked the database ${address} took longer than it may: ${summarizePgError(cause)}. A statement_timeout of the role, of the database or in PGOPTIONS is too short for it, or something is in its way; run with PGOPTIONS='-c statement_timeout=0', and limit revisions with --statement-timeout.`,
    { cause },
  )
}

export function serviceUnknown(name: string, files: readonly string[]): DbmigError {
  return new DbmigError(
    'DATABASE_SERVICE',
    `No service file defines the service "${name}" (looked in ${files.join(', ')}); add a section [${name}] to one, or correct the name.`,
    { exitCode: 2 },
  )
}

export function serviceFileMissing(path: string): DbmigError {
  return new DbmigError(
    'DATABASE_SERVICE',
    `The service file ${path} does not exist; correct PGSERVICEFILE, or servicefile in the URL.`,
    { exitCode: 2 },
  )
}

/** @param line null where the file as a whole cannot be read */
export function serviceFileBroken(path: string, line: number | null, cause?: unknown): DbmigError {
  const message =
    line === null
      ? `The service file ${path} cannot be read: ${messageOf(cause)}.`
      : `${path}:${line} is no line of a service file; write keyword=value, with a keyword such as host, port or dbname.`
  return new DbmigError('DATABASE_SERVICE', message, { exitCode: 2, cause })
}

export function tlsFileUnreadable(path: string, cause: unknown): DbmigError {
  return new DbmigError(
    'DATABASE_SSL',
    `The certificate file ${path} cannot be read: ${messageOf(cause)}; correct the path (sslcert, sslkey, sslrootcert, sslcrl).`,
    { cause },
  )
}

export function tlsFileOpen(path: string): DbmigError {
  return new DbmigError(
    'DATABASE_SSL',
    `The private key ${path} can be read by others, and is not used; run chmod 600 ${path}.`,
  )
}

export function tlsNeedsRoot(): DbmigError {
  return new DbmigError(
    'DATABASE_SSL',
    'sslmode=verify-ca needs the certificate of an authority of your own: give sslrootcert=FILE in the URL, put it into ~/.postgresql/root.crt, or use sslmode=verify-full.',
    { exitCode: 2 },
  )
}

export function tlsNeedsName(): DbmigError {
  return new DbmigError(
    'DATABASE_SSL',
    'sslmode=verify-full compares the name of the host with the certificate, and the URL names no host; add one, beside hostaddr if need be.',
    { exitCode: 2 },
  )
}

/** @param reasons one of each server */
export function noServerTakes(
  servers: readonly string[],
  target: string,
  reasons: readonly DbmigError[],
): DbmigError {
  const wanted = target === 'any' ? 'takes a connection' : `is what target_session_attrs=${target} asks for`
  return new DbmigError(
    'DATABASE_NO_SERVER',
    `None of the servers ${servers.join(', ')} ${wanted}; correct the URL, or see what is the matter with them.`,
    { detail: reasons.map(({ message }) => message).join('\n'), cause: reasons[0]?.cause },
  )
}

/** @param readOnly why the server takes no writes, or null */
export function notTheTarget(
  server: string,
  target: string,
  readOnly: 'standby' | 'default' | null,
): DbmigError {
  const kind =
    readOnly === 'standby'
      ? 'a hot standby'
      : `a primary${readOnly === null ? '' : ' whose transactions are read-only by default'}`
  return new DbmigError(
    'DATABASE_SESSION_ATTRS',
    `The server ${server} is ${kind}, which is not what target_session_attrs=${target} asks for; correct the URL.`,
  )
}

export interface Where {
  readonly url: string
  /** `localhost:5432` */
  readonly server: string
  readonly user: string
  readonly database: string
  /** Why there is no password, where that is known: a sentence. */
  readonly noPassword?: string | null
}

/** Why a connection to a server could not be made, from whatever the driver threw. */
export function connectionFailed(where: Where, cause: unknown): DbmigError {
  if (cause instanceof DbmigError) return cause
  const { url, server } = where
  const code = codeOf(cause)
  const database = `database "${where.database}" on ${server}`
  const role = `role "${where.user}"`
  const said = redactText(messageOf(cause), url)
  const fail = (name: string, message: string) =>
    new DbmigError(name, message, { cause: redactCause(cause, url) })

  // The server's words, or the driver's when it has nothing to answer a challenge with.
  if (/empty password|password must be a/.test(said)) {
    return fail(
      'DATABASE_PASSWORD',
      `The server ${server} asks for the password of ${role}, and there is none${where.noPassword ? `. ${where.noPassword}` : '; add it to the URL or to a password file, or set PGPASSWORD.'}`,
    )
  }
  switch (code) {
    case 'ECONNREFUSED':
      return fail(
        'DATABASE_UNREACHABLE',
        `No server listens on ${server}; start PostgreSQL there, or correct the URL.`,
      )
    case 'ENOENT':
      return fail(
        'DATABASE_UNREACHABLE',
        `No server listens on the socket of ${server}; start PostgreSQL, or correct the URL.`,
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fail(
        'DATABASE_UNREACHABLE',
        `The host of ${server} cannot be found; correct the host name in the URL.`,
      )
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return fail(
        'DATABASE_UNREACHABLE',
        `No answer from ${server}; check the address, the network and its firewalls.`,
      )
    case '28P01':
      return fail(
        'DATABASE_PASSWORD',
        `The server ${server} refuses the password of ${role}; correct it in the URL.`,
      )
    case '28000':
      return fail(
        'DATABASE_ROLE',
        `The server ${server} does not let ${role} in (${said}); check the role and the server's pg_hba.conf.`,
      )
    case '3D000':
      return fail('DATABASE_MISSING', `There is no ${database}; create it, or correct the URL.`)
    case '42501':
      return fail(
        'DATABASE_NO_CONNECT',
        `${capital(role)} may not connect to ${database}; grant it CONNECT on that database.`,
      )
    case '53300':
      return fail(
        'DATABASE_TOO_MANY_CONNECTIONS',
        `The server ${server} has no free connection for ${role} (${said}); try again later, or raise the limit.`,
      )
    case '57P03':
      return fail(
        'DATABASE_UNREACHABLE',
        `The server ${server} takes no connections now (${said}); try again later.`,
      )
    case 'ECONNRESET':
      return fail(
        'DATABASE_UNREACHABLE',
        `The server ${server} ended the connection before it was made; look in its log, and try again later.`,
      )
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return fail(
        'DATABASE_SSL',
        `The certificate of ${server} is for another host (${said.replace(/[.\s]+$/, '')}); correct the host in the URL.`,
      )
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_HAS_EXPIRED':
      return fail(
        'DATABASE_SSL',
        `The certificate of ${server} is not trusted (${said}); give the certificate of its authority with sslrootcert=FILE in the URL.`,
      )
  }
  if (/SSL/.test(said)) {
    return fail('DATABASE_SSL', `No SSL connection to ${server} (${said}); change sslmode in the URL.`)
  }
  if (/terminated unexpectedly/.test(said)) {
    return fail(
      'DATABASE_UNREACHABLE',
      `The server ${server} ended the connection before it was made; look in its log, and try again later.`,
    )
  }
  if (/timeout expired|timed? ?out/i.test(said)) {
    return fail(
      'DATABASE_UNREACHABLE',
      `No answer from ${server}; check the address, the network and its firewalls.`,
    )
  }
  return fail('DATABASE_CONNECTION_FAILED', `Cannot connect to ${database}: ${said}.`)
}

/** The system's or PostgreSQL's code of an error; Node wraps one failure per address into an AggregateError. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** The cause for `--verbose`, which prints it: its message must be as safe as ours. */
function redactCause(cause: unknown, url: string): Error {
  const safe = new Error(redactText(messageOf(cause), url))
  if (cause instanceof Error && cause.stack !== undefined) safe.stack = redactText(cause.stack, url)
  return safe
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
