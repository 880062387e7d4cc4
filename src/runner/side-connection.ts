/** A second connection of a run, over which it is seen what the first one does and waits for. */
import type { Session } from '../database/session.ts'

/** It connects when it is asked first, and stays for the run. Nothing of a run depends on it. */
export class SideConnection {
  readonly #session: Session
  readonly #ended = new AbortController()
  #opening: Promise<Session> | undefined
  /** The process of the run's connection that is now; null behind a pooler, where none is its own. */
  pid: number | null

  /** @param session the run's own */
  constructor(session: Session) {
    this.#session = session
    this.pid = session.pid
  }

  /** Whether the database takes a second connection at all: an embedded one does not. */
  get isPossible(): boolean {
    return this.#session.another !== null
  }

  /** @throws what the server says, and where it takes no further connection; the next question tries again */
  async query<R>(sql: string, parameters: readonly unknown[]): Promise<R[]> {
    const { another } = this.#session
    const { signal } = this.#ended
    if (another === null || signal.aborted) return []
    this.#opening ??= another({ applicationName: 'dbmig (watch)', signal })
    const opening = this.#opening
    try {
      const session = await opening
      return await session.query<R>(sql, parameters)
    } catch (error) {
      if (this.#opening === opening) this.#leave()
      throw error
    }
  }

  /** A run ends no later because this connection does, or because it is still being opened. */
  close(): void {
    this.#ended.abort()
    this.#leave()
  }

  #leave(): void {
    this.#opening?.then((session) => session.close()).catch(() => {})
    this.#opening = undefined
  }
}
