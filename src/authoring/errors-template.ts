/** What can be wrong with the text that a project's revisions are written from. */
import { DbmigError, messageOf } from '../errors.ts'

function templateError(code: string, message: string, cause?: unknown): DbmigError {
  return new DbmigError(`AUTHORING_TEMPLATE_${code}`, message, { exitCode: 2, cause })
}

export function templateMissing(path: string): DbmigError {
  return templateError(
    'MISSING',
    `The template ${path} does not exist. Correct \`template\` in the configuration, or remove it to use the built-in text.`,
  )
}

export function templateUnreadable(path: string, cause: unknown): DbmigError {
  return templateError(
    'UNREADABLE',
    `The template ${path} cannot be read: ${messageOf(cause)}. Correct \`template\` in the configuration.`,
    cause,
  )
}

export function templateKind(path: string, extension: string): DbmigError {
  return templateError(
    'KIND',
    `The template ${path} is for ${extension} files, which cannot hold a revision's exports. Use .ts, .mts, .js or .mjs.`,
  )
}

export function unknownToken(
  path: string,
  line: number,
  word: string,
  suggestion: string | undefined,
  tokens: readonly string[],
): DbmigError {
  const advice =
    suggestion === undefined
      ? `Use ${tokens.map((token) => `{{${token}}}`).join(' ')}.`
      : `Did you mean {{${suggestion}}}?`
  return templateError('TOKEN', `${path}:${line}: {{${word}}} is no token of a template. ${advice}`)
}

export function tokensMissing(path: string, missing: readonly string[]): DbmigError {
  const tokens = missing.map((token) => `{{${token}}}`)
  return templateError(
    'INCOMPLETE',
    `The template ${path} lacks ${tokens.join(' and ')}. Put ${tokens.length === 1 ? 'it' : 'them'} where the revision's own part belongs.`,
  )
}

export function sqlNotImported(path: string): DbmigError {
  return templateError(
    'NO_SQL',
    `The template ${path} neither has {{imports}} nor imports \`sql\`, which statements may need. Put {{imports}} above {{header}}, or add \`import { sql } from 'kysely'\`.`,
  )
}

export function importedTwice(path: string, name: string): DbmigError {
  return templateError(
    'IMPORT_TWICE',
    `The template ${path} imports \`${name}\`, and so does its {{imports}}. Remove one of the two.`,
  )
}

export function headerUnreadable(path: string): DbmigError {
  return templateError(
    'HEADER',
    `The header of revisions from the template ${path} could not be read. Put {{header}} once, at the beginning of a line of its own and outside of comments.`,
  )
}

export function messageUnreadable(path: string, found: string): DbmigError {
  const instead = found === '' ? 'nothing' : `"${found}"`
  return templateError(
    'MESSAGE',
    `The message of revisions from the template ${path} would be read as ${instead}. Make {{message}} the first line of a comment at the top of the file.`,
  )
}

export function templateNotLoaded(path: string, cause: unknown): DbmigError {
  const [reason = ''] = messageOf(cause)
    .replace(/^\w*Error: /, '')
    .split('\n')
  return templateError(
    'NOT_LOADED',
    `Revisions from the template ${path} cannot be loaded: ${reason.trim().replace(/\.$/, '')}. Correct the template.`,
    cause,
  )
}
