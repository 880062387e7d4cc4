/** The proof of a pull, before anything is written: the declaration builds what the database has, and the revision leads there and back. */
import { type ComparisonOptions, compareWithTarget } from '../../comparison/comparison.ts'
import { proveRevisions } from '../../comparison/proof.ts'
import type { Project } from '../../config/config.ts'
import type { Session } from '../../database/session.ts'
import { compareCatalogs } from '../../diff/compare.ts'
import { reportChanges } from '../../diff/report.ts'
import type { ModuleLoader } from '../../loader/load-module.ts'
import { createTranspiler } from '../../loader/transpiled.ts'
import { isTargetSchema } from '../../schema/define-schema.ts'
import { evaluateSchema } from '../../schema/evaluate-schema.ts'
import type { TargetStatement } from '../../schema/target-statement.ts'
import { withShadows } from '../../shadow/shadows.ts'
import { splitSql } from '../../sql/split-sql.ts'
import type { NewRevision } from '../new-revision.ts'
import type { DeclarationFile } from './declaration-files.ts'
import { declarationDiffers } from './errors.ts'
import { fromNothing } from './read-live.ts'

export interface PullProof {
  readonly live: Session
  readonly loader: ModuleLoader
  readonly files: readonly DeclarationFile[]
  /** Null where none is written. */
  readonly revision: (NewRevision & { readonly source: string }) | null
  readonly signal: AbortSignal | undefined
  say(message: string): void
}

/**
 * Builds the declaration on a shadow database, from the very texts that will be written, and runs the revision on another.
 *
 * @throws PULL_PROOF_DIFFERS, AUTHORING_PROOF_FAILED, AUTHORING_PROOF_DIFFERS, `SCHEMA_…`, `SHADOW_…`
 */
export async function provePull(project: Project, input: PullProof): Promise<void> {
  const { live, loader, files, revision, signal, say } = input
  const statements = await statementsIn(files, project.root)
  const onEvent: ComparisonOptions['onEvent'] = (event) => {
    if (event.type === 'progress') say(event.message)
  }
  await withShadows({ url: project.url, shadow: project.shadow, signal, notice: say }, async (shadows) => {
    if (revision !== null) shadows.prepare()
    const options = { statements, cache: false, signal, onEvent }
    const { sides, read, openShadow } = await compareWithTarget(project, live, loader, shadows, options)
    const rest = reportChanges(compareCatalogs(sides)).map(({ summary }) => summary)
    if (rest.length > 0) throw declarationDiffers(rest)
    if (revision === null) return
    const { path, source, header } = revision
    await proveRevisions({
      files: [{ path, source, message: header.message }],
      root: project.root,
      sides: fromNothing(sides.target, project),
      shadow: await openShadow(),
      start: { what: 'A new database', run: async () => {} },
      read,
      say,
      advice:
        'Leave what it stumbles over out with `exclude`, or pull with --no-proof and mend the file by hand.',
    })
  })
}

/** What the files declare, though they are not on disk yet; the index, where there are others, only lists them. */
async function statementsIn(files: readonly DeclarationFile[], root: string): Promise<TargetStatement[]> {
  const load = createTranspiler(root)
  const statements: TargetStatement[] = []
  for (const { path, source, isIndex } of files) {
    if (isIndex && files.length > 1) continue
    if (path.endsWith('.sql')) {
      statements.push(...splitSql(source, path).map((statement) => ({ ...statement, file: path })))
      continue
    }
    const { default: schema } = await load(path, source)
    if (isTargetSchema(schema)) statements.push(...(await evaluateSchema(schema, path)))
  }
  return statements
}
