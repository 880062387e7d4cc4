/** A whole revision file as TypeScript source. */
import type { Plan } from '../diff/change.ts'
import { renderStatement, statementsOf } from './plan.ts'
import { quoteString, quoteStrings } from './source.ts'

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
 */
export function revisionSource(header: RevisionHeader, up: Plan | null, down: Plan | null): string {
  const bodies = [bodyOf(up), bodyOf(down)]
  const usesSql = bodies.some((body) => /\bsql(<[a-z]+>)?`/.test(body))
  return `/**
 * ${commentText(header.message)}
 *
 * Create date: ${header.createDate}
 */
import { type Kysely${usesSql || up === null ? ', sql' : ''} } from 'kysely'

${headerSource(header)}

export async function up(db: Kysely<any>): Promise<void> {
${bodies[0]}}

export async function down(db: Kysely<any>): Promise<void> {
${bodies[1]}}
`
}

/** The header's exports, one per line, so that they are read without running the file. */
export function headerSource(header: RevisionHeader): string {
  const { downRevisions } = header
  const [only] = downRevisions
  const down =
    only === undefined ? 'null' : downRevisions.length === 1 ? quoteString(only) : quoteStrings(downRevisions)
  return `export const revision = ${quoteString(header.revision)}
export const downRevision = ${down}
export const branchLabels = ${quoteStrings(header.branchLabels)} as const
export const dependsOn = ${quoteStrings(header.dependsOn)} as const${replacesSource(header)}`
}

/** Only where something is replaced: no other file has a use for the line. */
function replacesSource({ replaces }: RevisionHeader): string {
  return replaces.length === 0 ? '' : `\nexport const replaces = ${quoteStrings(replaces)} as const`
}

function bodyOf(plan: Plan | null): string {
  if (plan === null) return ''
  return statementsOf(plan)
    .map((statement) => `${renderStatement(statement)}\n`)
    .join('\n')
}

/** A text that can stand in a block comment, on one line. */
function commentText(text: string): string {
  return text.replaceAll('*/', '* /').replaceAll(/\s*\n\s*/g, ' ')
}
