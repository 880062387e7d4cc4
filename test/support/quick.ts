/** What makes a server quick whose databases are small and many, and live for a second: not for measuring. */
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'

/**
 * Tests ask many questions of catalogs that are next to empty: finding the best way to answer takes longer than the answer, so
 * the planner tries few. Databases come and go by thousands: what they write ahead is not kept long.
 */
export const quickSettings = {
  autovacuum: 'off',
  from_collapse_limit: '1',
  join_collapse_limit: '1',
  enable_mergejoin: 'off',
  enable_memoize: 'off',
  enable_incremental_sort: 'off',
  jit: 'off',
  max_wal_size: '128MB',
}

/** The folder of such a server: in memory where there is room. To copy a database takes the processor 10 ms there, and 60 to 120 on a disk. */
export async function quickRoot(): Promise<string> {
  const memory = '/dev/shm'
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = await statfs(memory)
  return bavail * bsize > 2 ** 31 ? memory : tmpdir()
}
