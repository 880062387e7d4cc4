/** The function of a step. */
import type { MigrationFunction } from '../loader/load-revision.ts'
import type { LoadedStep } from './run.ts'

/** @throws Error when nobody has looked whether there is a `down` */
export function migrationOf({ loaded, direction, revision }: LoadedStep): MigrationFunction {
  const migration = direction === 'up' ? loaded.up : loaded.down
  if (migration === null) throw new Error(`${revision.revision} was not checked for its down`)
  return migration
}
