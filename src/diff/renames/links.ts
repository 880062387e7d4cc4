/** Renames in a chain of revisions: they come first, and on the way back last. */
import type { Catalog } from '../../catalog/catalog.ts'
import type { Link } from '../chain.ts'
import type { MoveStep, Plan } from '../change.ts'
import { reversedMoves } from './schemas.ts'

const NOTHING: Plan = { steps: [], uncheckedBodies: false, losses: [], risks: [] }

/**
 * The links of a chain with renames before them: as a part of the first, or as one of their own where the first runs
 * outside of a transaction.
 *
 * @param live the schema in which everything has its old name
 */
export function afterRenames(links: readonly Link[], steps: readonly MoveStep[], live: Catalog): Link[] {
  if (steps.length === 0) return [...links]
  const [first, ...rest] = links
  const apart = first === undefined || first.up.concurrently === true
  const { title, up, down } = apart ? { title: 'renames', up: NOTHING, down: NOTHING } : first
  const renaming: Link = {
    title,
    up: { ...up, renames: { first: steps, last: [] } },
    down: { ...down, renames: { first: [], last: reversedMoves(steps, live) } },
  }
  return [renaming, ...(apart ? links : rest)]
}
