/** Recording in the ledger what another tool has applied. */
import type { RevisionGraph } from '../../graph/graph.ts'
import { recordEdges } from '../../ledger/edges.ts'
import type { LedgerRow } from '../../ledger/read.ts'
import { type Recorder, readClock, recordStamped } from '../../ledger/record.ts'
import type { Entry } from '../../ledger/statements.ts'
import { checksumOf } from '../../loader/checksum.ts'
import { readText } from '../../loader/read-text.ts'
import { importedId } from './names.ts'
import type { AppliedMigration } from './source.ts'

export interface Stamps {
  /** Revisions to record, with the time at which the tool ran them. */
  readonly stamps: readonly { readonly revision: string; readonly at: string | null }[]
  /** What is applied and no revision stands for. */
  readonly unknown: readonly string[]
}

/**
 * A revision that stands for squashed ones is stamped when all of these are applied, and not before.
 *
 * @param ids revisions by the tool's key; any other key may be the name that a revision's id was made of
 * @param rows what the ledger holds already, which stays as it is
 */
export function planStamps(
  graph: RevisionGraph,
  ids: ReadonlyMap<string, string>,
  applied: readonly AppliedMigration[],
  rows: readonly LedgerRow[],
): Stamps {
  const idOf = ({ key }: AppliedMigration): string => ids.get(key) ?? importedId(key)
  const recorded = new Set(rows.map(({ revision }) => revision))
  const known = new Set([...recorded, ...applied.map(idOf)])
  const squashed = new Map(
    [...graph.revisions.values()].flatMap((revision) =>
      revision.replaces.map((id) => [id, revision] as const),
    ),
  )
  const stamps = new Map<string, string | null>()
  const unknown: string[] = []
  for (const migration of applied) {
    const id = idOf(migration)
    if (recorded.has(id)) continue
    const revision = graph.revisions.get(id) ?? squashed.get(id)
    const whole = revision?.revision === id || revision?.replaces.every((part) => known.has(part))
    if (revision === undefined || !whole) unknown.push(migration.name ?? migration.key)
    else if (!recorded.has(revision.revision)) stamps.set(revision.revision, migration.at)
  }
  return { stamps: [...stamps].map(([revision, at]) => ({ revision, at })), unknown }
}

/** Writes the stamps. Call it in a transaction, under the migration lock. */
export async function recordStamps(
  recorder: Recorder,
  graph: RevisionGraph,
  { stamps }: Stamps,
  rows: readonly LedgerRow[],
): Promise<void> {
  const startedAt = await readClock(recorder.session)
  const recorded = new Set(rows.map(({ revision }) => revision))
  const entries: Entry[] = []
  for (const { revision: id, at } of stamps) {
    const revision = graph.revisions.get(id)
    if (revision === undefined) throw new Error(`${id} was planned without a file`)
    const { downRevisions, message, path } = revision
    const dependsOn = graph.dependencies.get(id) ?? []
    const above = [...(graph.children.get(id) ?? []), ...(graph.dependants.get(id) ?? [])]
    await recordEdges(
      recorder,
      above
        .filter((other) => recorded.has(other))
        .map((other) => ({
          revision: other,
          downRevisions: graph.parents.get(other) ?? [],
          dependsOn: graph.dependencies.get(other) ?? [],
        })),
    )
    const checksum = checksumOf(readText(path))
    entries.push({ revision: id, downRevisions, dependsOn, message, checksum, ranAt: at })
  }
  await recordStamped(recorder, entries, startedAt)
}
