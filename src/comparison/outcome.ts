/** What `check` finds, kept with what stands for both sides: where both are as they were, it is not found again. */
import { hash } from 'node:crypto'
import { type Reading, readCatalog, readIfChanged, readWithFingerprint } from '../catalog/read.ts'
import { compareCatalogs } from '../diff/compare.ts'
import { perhapsRenamed } from '../diff/renames/perhaps.ts'
import { type ReportedChange, reportChanges } from '../diff/report.ts'
import { messageOf } from '../errors.ts'
import { type Comparison, compareLive, type Declaration, major } from './comparison.ts'
import { keepFile, readKeptFile } from './kept-files.ts'
import { mayHoldSecrets } from './target.ts'

/** What was found when the live database had the fingerprint. */
interface Outcome {
  readonly fingerprint: string
  readonly changes: readonly ReportedChange[]
}

/**
 * The changes that lead from the live database to the declared schema.
 *
 * @param say told that nothing has changed, or why what was found cannot be kept
 * @throws DbmigError `SHADOW_…`, and what reading a catalog throws
 */
export async function changesTo(
  declaration: Declaration,
  say: (message: string) => void,
): Promise<readonly ReportedChange[]> {
  const { project, live, scope } = declaration
  const key = outcomeKey(declaration)
  if (key === null) return changesOf(await compareLive(declaration, readCatalog(live, scope)))
  const found = async (reading: Promise<Reading>): Promise<readonly ReportedChange[]> => {
    const comparison = await compareLive(
      declaration,
      reading.then(({ catalog }) => catalog),
    )
    const changes = changesOf(comparison)
    const { fingerprint, catalog } = await reading
    const isOfBoth = major(catalog) === major(comparison.sides.target)
    if (isOfBoth && !mayHoldSecrets(catalog))
      await keepFile(project.root, 'outcome', key, JSON.stringify({ fingerprint, changes })).catch(
        (error: unknown) => say(`what the check found cannot be kept for the next run: ${messageOf(error)}`),
      )
    return changes
  }
  const kept = await readOutcome(project.root, key)
  if (kept === null) return found(readWithFingerprint(live, scope))
  const reading = await readIfChanged(live, scope, kept.fingerprint)
  if (reading !== null) return found(Promise.resolve(reading))
  say('nothing has changed since the last check')
  return kept.changes
}

function changesOf({ sides }: Comparison): readonly ReportedChange[] {
  const changes = compareCatalogs(sides)
  return changes.length === 0 ? [] : reportChanges(changes, perhapsRenamed(changes, sides))
}

/** Null where something has a part in the outcome that cannot be told from what it was: a filter that is a function. */
function outcomeKey({ project, live, target }: Declaration): string | null {
  const { include, exclude } = project
  if (target.key === null || typeof include === 'function' || typeof exclude === 'function') return null
  const parts = [target.key, live.address, include ?? null, exclude ?? null]
  return hash('sha256', JSON.stringify(parts))
}

async function readOutcome(root: string, key: string): Promise<Outcome | null> {
  const content = await readKeptFile(root, 'outcome', key)
  return content === null ? null : (JSON.parse(content.toString('utf8')) as Outcome)
}
