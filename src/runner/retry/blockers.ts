/** Who stands in the way of a statement: seen from another connection while it waits, since afterwards nobody does. */
import type { Around } from '../../database/kysely.ts'
import type { Blocker } from '../events.ts'
import type { SideConnection } from '../side-connection.ts'

const blockersQuery = `
  select b.pid, a.application_name as application, a.usename::text as "user",
    nullif(a.query, '<insufficient privilege>') as query,
    (extract(epoch from clock_timestamp() - a.xact_start) * 1000)::float8 as "ageMs"
  from (select distinct unnest(pg_blocking_pids($1)) as pid) as b left join pg_stat_activity as a using (pid)
  order by a.xact_start nulls last, b.pid`

/** PostgreSQL looks for deadlocks after a second of waiting (deadlock_timeout): this is before. */
const firstLookMs = 700
const shortestPauseMs = 50
const longestPauseMs = 1000

/** For one transaction. It asks only where a statement takes long. */
export class BlockerWatch {
  readonly #side: SideConnection
  readonly #pid: number
  readonly #lockTimeoutMs: number
  #blockers: readonly Blocker[] = []

  /**
   * @param pid the server's process that runs the statements
   * @param lockTimeoutMs nought: no limit
   */
  constructor(side: SideConnection, pid: number, lockTimeoutMs: number) {
    this.#side = side
    this.#pid = pid
    this.#lockTimeoutMs = lockTimeoutMs
  }

  /** Whoever the last statement waited for when that was looked at last. */
  get blockers(): readonly Blocker[] {
    return this.#blockers
  }

  readonly around: Around = async (_, send) => {
    if (!this.#side.isPossible) return send()
    this.#blockers = []
    let timer: NodeJS.Timeout | undefined
    let ended = false
    const look = async () => {
      // What cannot be seen is not told; the run does not depend on it.
      const found = await this.#side.query<Blocker>(blockersQuery, [this.#pid]).catch(() => null)
      if (ended || found === null) return
      if (found.length > 0) this.#blockers = found
      timer = setTimeout(look, this.#pauseMs())
    }
    timer = setTimeout(
      look,
      this.#lockTimeoutMs === 0 ? firstLookMs : Math.min(firstLookMs, this.#lockTimeoutMs / 2),
    )
    try {
      return await send()
    } finally {
      ended = true
      clearTimeout(timer)
    }
  }

  #pauseMs(): number {
    return Math.max(shortestPauseMs, Math.min(longestPauseMs, this.#lockTimeoutMs / 8))
  }
}
