/** A whole revision file as source. */
import type { Plan } from '../diff/change.ts'
import { notRestoredBy } from '../diff/not-restored.ts'
import { bodySource } from './body.ts'
import type { Statement } from './emitter.ts'
import { statementsOf } from './plan.ts'
import { quoteString, quoteStrings } from './source.ts'
import { builtInTemplate, fillIn, indentCode, type Language, type RevisionTemplate } from './template.ts'

export interface RevisionHeader {
  readonly revision: string
  readonly downRevisions: readonly string[]
  readonly branchLabels: readonly string[]
  readonly dependsOn: readonly string[]
  /** What was squashed into it; empty for all others. */
  readonly replaces: readonly string[]
  readonly message: string
  /** ISO 8601, seconds. */
  readonly createDate: string
}

/**
 * The source of a revision file.
 *
 * @param up the plan that `up` runs; null for a file to be filled in by hand
 * @param down the plan that `down` runs
 * @param template what the project's files are written from
 */
export function revisionSource(
  header: RevisionHeader,
  up: Plan | null,
  down: Plan | null,
  { text, language }: RevisionTemplate = builtInTemplate,
): string {
  const bodies = {
    up: up === null ? '' : bodyOf(statementsOf(up), language),
    down:
      down === null ? '' : bodyOf(statementsOf(down, up === null ? undefined : notRestoredBy(up)), language),
  }
  const usesSql =
    up === null || SQL_USE.test(text) || [bodies.up, bodies.down].some((body) => SQL_TAG.test(body))
  return fillIn(text, {
    ...bodies,
    message: commentText(header.message),
    createDate: header.createDate,
    revision: header.revision,
    header: [headerSource(header, language), ...(isOutside(up) || isOutside(down) ? [OUTSIDE] : [])].join(
      '\n',
    ),
    imports: importsSource(usesSql, language),
  })
}

const OUTSIDE = 'export const config = { transaction: false }'

function isOutside(plan: Plan | null): boolean {
  return plan?.concurrently === true
}

const SQL_TAG = /\bsql(<[a-z]+>)?`/
/** What a template's own code may do with the tag; no more than a superfluous import comes of finding it in a comment. */
const SQL_USE = /\bsql(?:<[^>`]*>)?`|\bsql\.\w/

function importsSource(usesSql: boolean, language: Language): string {
  const names = [...(language === 'typescript' ? ['type Kysely'] : []), ...(usesSql ? ['sql'] : [])]
  return names.length === 0 ? '' : `import { ${names.join(', ')} } from 'kysely'`
}

/** The header's exports, one per line, so that they are read without running the file. */
export function headerSource(header: RevisionHeader, language: Language = 'typescript'): string {
  const { downRevisions } = header
  const [only] = downRevisions
  const down =
    only === undefined ? 'null' : downRevisions.length === 1 ? quoteString(only) : quoteStrings(downRevisions)
  const list = (texts: readonly string[]) =>
    `${quoteStrings(texts)}${language === 'typescript' ? ' as const' : ''}`
  return [
    `export const revision = ${quoteString(header.revision)}`,
    `export const downRevision = ${down}`,
    `export const branchLabels = ${list(header.branchLabels)}`,
    `export const dependsOn = ${list(header.dependsOn)}`,
    // Only where something is replaced: no other file has a use for the line.
    ...(header.replaces.length === 0 ? [] : [`export const replaces = ${list(header.replaces)}`]),
  ].join('\n')
}

/** Statements as code without indentation. */
function bodyOf(statements: readonly Statement[], language: Language): string {
  const types = language === 'typescript'
  return indentCode(bodySource(statements, { types }), '', 2).replace(/^ {2}/, '')
}

/** A text that can stand in a block comment, on one line. */
export function commentText(text: string): string {
  return text.replaceAll('*/', '* /').replaceAll(/\s*\n\s*/g, ' ')
}
