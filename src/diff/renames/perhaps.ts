/** What of a comparison may be a rename, for those who only report it. */
import type { Identity } from '../../catalog/object.ts'
import type { Change, Sides } from '../change.ts'
import { renameCandidates } from './candidates.ts'
import { identicalRenames } from './identical.ts'

/** By the identity of what comes: the identities that it may have had. */
export function perhapsRenamed(
  changes: readonly Change[],
  sides: Sides,
): ReadonlyMap<Identity, readonly Identity[]> {
  const found = [...renameCandidates(sides), ...identicalRenames(changes, sides, [], () => false)]
  const olds = new Map<Identity, Identity[]>()
  for (const { from, to } of found) olds.set(to.identity, [...(olds.get(to.identity) ?? []), from.identity])
  return olds
}
