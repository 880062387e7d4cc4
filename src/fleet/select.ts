/** Which databases of a fleet a command means: those whose names match, and of these the shard's. */
import { createHash } from 'node:crypto'
import { matchesPattern } from '../catalog/scope.ts'
import type { DatabaseTarget } from '../config/databases.ts'
import { nearest } from '../nearest.ts'
import { badShard, noMatch } from './errors.ts'

export interface Selection {
  /** Names, or patterns with `*` and `?`. Default: all. */
  readonly only?: readonly string[] | undefined
  /** `2/8`: the second of eight parts. */
  readonly shard?: string | undefined
}

/**
 * @returns the chosen ones in the order of the list
 * @throws FLEET_NO_MATCH for a pattern that fits none, FLEET_SHARD
 */
export function selectDatabases(
  targets: readonly DatabaseTarget[],
  { only, shard }: Selection,
): readonly DatabaseTarget[] {
  const isInShard = shard === undefined ? () => true : shardFilter(shard)
  for (const pattern of only ?? []) {
    if (targets.some(({ name }) => matchesPattern(name, pattern))) continue
    const names = targets.map(({ name }) => name)
    throw noMatch(pattern, targets.length, nearest(pattern, names))
  }
  return targets.filter(
    ({ name }) =>
      (only === undefined || only.some((pattern) => matchesPattern(name, pattern))) && isInShard(name),
  )
}

/** By a hash of the name, so that a new database moves no other one to another machine. */
function shardFilter(shard: string): (name: string) => boolean {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(shard) ?? []
  const [which, total] = [Number(index), Number(count)]
  if (!(which >= 1 && which <= total)) throw badShard(shard)
  return (name) => createHash('sha256').update(name).digest().readUInt32BE(0) % total === which - 1
}
