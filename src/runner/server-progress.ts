/** What the server says of a statement that takes long: `pg_stat_progress_*`. */
import type { OnEvent, RunEvent } from './events.ts'
import type { SideConnection } from './side-connection.ts'

type StartEvent = Extract<RunEvent, { type: 'start' | 'statement' }>
type ServerProgress = Extract<RunEvent, { type: 'server-progress' }>
type Said = Pick<ServerProgress, 'phase' | 'done' | 'all' | 'unit'>

/** A statement that takes no longer is not asked for. */
const patienceMs = 1000
const everyMs = 1000
/** What has not changed is told again, and that a statement runs of which the server says nothing, so that a log shows it. */
export const again = { afterMs: 30_000 }

interface ServerWatch {
  /** To be told of the run in place of who listens, who is told of all of it. */
  readonly onEvent: OnEvent
  stop(): void
}

/**
 * Adds `server-progress` to the events of a run. Nothing waits for it, and its failure is nobody's: where the server has
 * no second connection to give, or where a pooler stands between, behind which a connection has no process of its own, no more is told than
 * that it runs.
 */
export function watchServer(side: SideConnection, listener: OnEvent): ServerWatch {
  let timer: NodeJS.Timeout | undefined
  let running: StartEvent | undefined
  let last: string | undefined
  let toldAt = 0
  // The server is asked no more once it has refused.
  let isAnswered = side.pid !== null && side.isPossible
  let stopped = false

  const wait = (delayMs: number) => {
    timer = setTimeout(() => void poll(), delayMs)
    timer.unref()
  }
  const poll = async () => {
    const asked = running
    let said: Said | undefined
    if (isAnswered) {
      const rows = await side.query<Said>(progressSql, [side.pid]).catch(() => null)
      isAnswered = rows !== null
      said = rows?.[0]
    }
    if (stopped || running === undefined) return
    // A statement that has begun meanwhile has a timer of its own.
    if (running !== asked) return
    const text = JSON.stringify(said)
    const now = performance.now()
    if ((said !== undefined && text !== last) || now - toldAt >= again.afterMs) {
      last = text
      toldAt = now
      const { revision, direction, index, total } = asked
      listener({ type: 'server-progress', revision, direction, index, total, ...(said ?? unknown) })
    }
    wait(everyMs)
  }

  return {
    onEvent(event) {
      // The statement that says it still runs.
      if (event.type === 'notice') return listener(event)
      clearTimeout(timer)
      running = event.type === 'start' || event.type === 'statement' ? event : undefined
      toldAt = performance.now()
      if (running !== undefined && !stopped) wait(patienceMs)
      listener(event)
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

const unknown: Said = { phase: 'running', done: null, all: null, unit: null }

const locked = 'waiting for a lock'

/** PostgreSQL's phase, how far it has come where it tells, and the process that it waits for. */
const progressSql = `
  select phase || case when locker > 0 then ': process ' || locker else '' end as phase,
    done::float8 as done, nullif(total, 0)::float8 as all, unit
  from (
    select pid, phase, current_locker_pid, blocks_done, blocks_total, 'blocks' from pg_stat_progress_create_index where phase not like '%tuples%'
    union all
    select pid, phase, current_locker_pid, tuples_done, tuples_total, 'tuples' from pg_stat_progress_create_index where phase like '%tuples%'
    union all select pid, phase, 0, heap_blks_scanned, heap_blks_total, 'blocks' from pg_stat_progress_cluster
    union all select pid, phase, 0, heap_blks_scanned, heap_blks_total, 'blocks' from pg_stat_progress_vacuum
    union all select pid, phase, 0, sample_blks_scanned, sample_blks_total, 'blocks' from pg_stat_progress_analyze
    union all select pid, lower(command), 0, tuples_processed, 0, 'tuples' from pg_stat_progress_copy
    union all
    select pid, '${locked}', (pg_blocking_pids(pid))[1], null, null, null from pg_stat_activity where wait_event_type = 'Lock'
  ) as progress (pid, phase, locker, done, total, unit)
  where pid = $1
  order by phase = '${locked}'`
