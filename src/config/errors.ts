/** Every message of the configuration; each ends the command with exit code 2. */
import { redactUrls } from '../database/url.ts'
import { DbmigError, messageOf } from '../errors.ts'

function configError(code: string, message: string, cause?: unknown): DbmigError {
  return new DbmigError(code, message, { exitCode: 2, cause })
}

export function configNotFound(cwd: string): DbmigError {
  return configError(
    'CONFIG_NOT_FOUND',
    `No dbmig configuration in ${cwd} or a folder above it. Run \`dbmig init\` to write one, or name one with --config FILE.`,
  )
}

export function configFileMissing(file: string): DbmigError {
  return configError(
    'CONFIG_FILE_MISSING',
    `The configuration file ${file} does not exist. Correct --config, or run \`dbmig init\` to write one.`,
  )
}

export function configUnreadable(file: string, cause: unknown): DbmigError {
  return configError(
    'CONFIG_UNREADABLE',
    `The configuration file ${file} cannot be read: ${messageOf(cause)}.`,
    cause,
  )
}

export function configKindUnknown(file: string): DbmigError {
  return configError(
    'CONFIG_FILE_KIND',
    `${file} is no kind of configuration file that dbmig reads. Use .ts, .mts, .cts, .js, .mjs, .cjs, .json, .yaml or .yml.`,
  )
}

export function configEmpty(file: string): DbmigError {
  return configError(
    'CONFIG_EMPTY',
    `${file} is empty. Write a configuration in it, or delete it and run \`dbmig init\`.`,
  )
}

export function configSyntax(
  file: string,
  line: number | undefined,
  format: string,
  cause: unknown,
): DbmigError {
  const place = line === undefined ? file : `${file}:${line}`
  return configError('CONFIG_SYNTAX', `${place} is not valid ${format}. Correct it.`, cause)
}

/** Around what the loader says: a syntax error with its line, or an import that is not there. */
export function configNotLoaded(cause: DbmigError): DbmigError {
  const code = cause.code === 'LOADER_SYNTAX' ? 'CONFIG_SYNTAX' : 'CONFIG_NOT_LOADED'
  return configError(code, `The configuration cannot be loaded: ${cause.message}`, cause)
}

export function configThrew(file: string, cause: unknown): DbmigError {
  // User code's own message may quote a URL.
  const reason = redactUrls(messageOf(cause)).replace(/[.\s]+$/, '')
  return configError(
    'CONFIG_THREW',
    `The configuration ${file} threw an error: ${reason}. Correct the file.`,
    cause,
  )
}

export function configNotAnObject(file: string, found: string): DbmigError {
  return configError(
    'CONFIG_EXPORT',
    `${file} must hold an object (a module: \`export default\` an object or a function that returns one), but holds ${found}.`,
  )
}

export function configReturned(file: string, found: string): DbmigError {
  return configError(
    'CONFIG_EXPORT',
    `The function that ${file} exports must return an object, but returned ${found}.`,
  )
}

export function databasesInterrupted(source: string): DbmigError {
  return new DbmigError(
    'CONFIG_INTERRUPTED',
    `Interrupted while the function \`databases\` of ${source} listed the databases; nothing was run.`,
    { exitCode: 130 },
  )
}

export function databasesThrew(source: string, cause: unknown): DbmigError {
  const reason = redactUrls(messageOf(cause)).replace(/[.\s]+$/, '')
  return configError(
    'CONFIG_THREW',
    `The function \`databases\` of ${source} threw an error: ${reason}. Correct it.`,
    cause,
  )
}

export function databasesReturned(source: string, found: string): DbmigError {
  return configError(
    'CONFIG_EXPORT',
    `The function \`databases\` of ${source} must return an object of databases by name or a list of them, but returned ${found}.`,
  )
}

export function sameDatabase(source: string, first: string, second: string): DbmigError {
  return configError(
    'CONFIG_SAME_DATABASE',
    `${source}: the databases '${first}' and '${second}' are one: they have the same server, database and ledger. Correct the URL of one, or give each a \`schema\` of its own.`,
  )
}

export function unknownKey(source: string, key: string, suggestion: string | undefined): DbmigError {
  const advice = suggestion === undefined ? 'Remove it.' : `Did you mean \`${suggestion}\`?`
  return configError('CONFIG_UNKNOWN_KEY', `${source}: unknown key \`${key}\`. ${advice}`)
}

export function wrongValue(source: string, key: string, found: string, expected: string): DbmigError {
  return configError('CONFIG_WRONG_VALUE', `${source}: \`${key}\` is ${found}, but must be ${expected}.`)
}

export function runHookUnknown(
  source: string,
  name: string,
  names: readonly string[],
  suggestion: string | undefined,
): DbmigError {
  const advice = suggestion === undefined ? '' : ` Did you mean \`${suggestion}\`?`
  return configError(
    'CONFIG_WRONG_VALUE',
    `${source}: \`hooks.${name}\` is a function, and functions are called as ${names.join(', ')} alone; a hook of another name is a command that runs on new files, such as ['prettier', '--write', '{file}'].${advice}`,
  )
}

export function runHookNeeded(source: string, name: string): DbmigError {
  return configError(
    'CONFIG_WRONG_VALUE',
    `${source}: \`hooks.${name}\` must be a function, which is called in a run. Give a command that runs on new files another name.`,
  )
}

/** @param file null where there is none */
export function subfoldersNotRead(file: string | null): DbmigError {
  return configError(
    'CONFIG_WRONG_VALUE',
    `${file ?? 'the configuration'}: \`fileTemplate\` puts revisions into sub folders, which are read only with \`recursive: true\`. Add that, or take the / out of the template.`,
  )
}

export function templateAmongRevisions(file: string | null, template: string): DbmigError {
  return configError(
    'CONFIG_WRONG_VALUE',
    `${file ?? 'the configuration'}: \`template\` is ${template}, which by its folder and name would be read as a revision. Put .template behind its name.`,
  )
}

/** @param fleet whether `databases` are configured */
export function noUrl(file: string | null, fleet = false): DbmigError {
  const place = file === null ? '' : `set \`url\` in ${file}, `
  const advice = fleet
    ? 'add --database NAME for one of `databases` (or --all, --only PATTERN), or name another with --url'
    : `${place}set DATABASE_URL (from code, hand over the environment as env), or pass --url (postgres:// alone means what PGHOST, PGDATABASE and PGSERVICE say)`
  return configError('CONFIG_NO_URL', `No database is configured: ${advice}.`)
}
