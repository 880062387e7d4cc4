/** Every message about shadow databases. */
import { summarizePgError } from '../database/pg-error.ts'
import { describeServer } from '../database/url.ts'
import { DbmigError, messageOf } from '../errors.ts'

export function shadowDisabled(): DbmigError {
  return new DbmigError(
    'SHADOW_DISABLED',
    'This needs a shadow database, and the configuration says `shadow: false`. Set `shadow` to "server", to "pglite", or to the URL of a server for scratch databases.',
    { exitCode: 2 },
  )
}

export function noServer(): DbmigError {
  return new DbmigError(
    'SHADOW_NO_SERVER',
    'The configuration says `shadow: "server"`, but `url` names no server. Set `shadow` to "pglite", or to the URL of a server for scratch databases.',
    { exitCode: 2 },
  )
}

/** @param setting as in the configuration, with its password masked */
export function unknownSetting(setting: string): DbmigError {
  return new DbmigError(
    'SHADOW_UNKNOWN',
    `\`shadow: "${setting}"\` is neither "server", "pglite", false nor a URL. Correct it in the configuration.`,
    { exitCode: 2 },
  )
}

export function mayNotCreate(url: string, role: string, cause: unknown): DbmigError {
  return new DbmigError(
    'SHADOW_NOT_ALLOWED',
    `The role "${role}" may not create a shadow database on ${describeServer(url)}. Run \`alter role "${role}" createdb\` there, or set \`shadow\` to "pglite" or to the URL of another server.`,
    { cause },
  )
}

export function neitherAllowed(url: string, role: string, cause: unknown): DbmigError {
  return new DbmigError(
    'SHADOW_NOT_ALLOWED',
    `The role "${role}" may not create a shadow database on ${describeServer(url)}, and the embedded PostgreSQL that would take its place does not open (${messageOf(cause).replace(/[.]$/, '')}). Run \`alter role "${role}" createdb\` there, or install @electric-sql/pglite.`,
    { cause },
  )
}

export function creationFailed(url: string, cause: unknown): DbmigError {
  return new DbmigError(
    'SHADOW_CREATE_FAILED',
    `No shadow database can be created on ${describeServer(url)}: ${summarizePgError(cause)}. Set \`shadow\` to the URL of a server where that works, or to "pglite".`,
    { cause },
  )
}

export function dropFailed(url: string, name: string, cause: unknown): DbmigError {
  return new DbmigError(
    'SHADOW_DROP_FAILED',
    `The shadow database "${name}" on ${describeServer(url)} cannot be dropped: ${summarizePgError(cause)}. A later run drops it, or run \`drop database "${name}" with (force)\`.`,
    { cause },
  )
}

/** What a user should know when the shadow is not on the server that they meant. */
export function fallbackNotice(url: string, role: string): string {
  return `The role "${role}" may not create databases on ${describeServer(url)}: the shadow database is an embedded PostgreSQL instead.`
}

/**
 * @param address of the shadow's server, with its password masked
 * @param names of the roles
 */
export function rolesMissing(address: string, names: readonly string[]): DbmigError {
  const quoted = names.map((name) => `"${name}"`).join(', ')
  const [roles, them] = names.length === 1 ? ['the role', 'it'] : ['the roles', 'them']
  return new DbmigError(
    'SHADOW_ROLES_MISSING',
    `The server of the shadow database, ${address}, lacks ${roles} ${quoted}, which own or may use what the schema has. Create ${them} there with \`create role\`, or set \`shadow\` to "pglite", where dbmig makes ${them}.`,
  )
}
