/** What a revision will send, found out while the server still works on the one before it. */
import { setImmediate as turn } from 'node:timers/promises'
import { kyselyOn, type RunQuery } from '../../database/kysely.ts'
import { isDefinition } from '../../sql/definition.ts'
import { locksNewAlone } from '../../sql/locks-new.ts'
import { Gate } from '../gate.ts'
import { migrationOf } from '../migration.ts'
import type { LoadedStep, RunOptions } from '../run.ts'

/** More than this is better seen going by. */
const mostStatements = 100
const mostCharacters = 100_000

/** Statements that go in one message where it is for several steps; each step has at least one. A drop counts for two, since drops share a second. */
export const mostSteps = 64
/** About how long the server should take for a message, so that what is done is told while it goes on. */
const messageMs = 100

/** Whether it takes away what may have locks of others, and foreign keys to what others use. */
export function isDrop(sql: string): boolean {
  return /^\s*drop\s/i.test(sql)
}

/** A step whose statements are known before any is sent. */
export interface ForeseenStep {
  readonly step: LoadedStep
  readonly statements: readonly string[]
}

/**
 * A revision that can touch nothing but its `db` and does nothing but define objects is called before its turn: what its statements will
 * give it is known, so that they can be sent in one message, with those of others. Where a statement goes wrong, all of the message is undone: the first
 * revision runs as every other does, statement by statement, and those behind it go in smaller messages.
 */
export class Foresight {
  readonly #foreseen = new Map<LoadedStep, Promise<readonly string[] | null>>()
  #isOn: boolean
  /** How many steps the next message may have, and how many any. */
  #size = 1
  #most = mostSteps
  /** The tables that the steps so far have made. */
  readonly #made = new Set<string>()

  constructor(isOn: boolean) {
    this.#isOn = isOn
  }

  /** Begins to find out what those steps will send that may go in the next message. Call it where there is something else to wait for. */
  prepare(steps: readonly LoadedStep[]): void {
    if (!this.#isOn) return
    for (const step of steps.slice(0, this.#size * 2)) {
      if (step.loaded.transaction && !this.#foreseen.has(step)) this.#foreseen.set(step, foresee(step))
    }
  }

  /**
   * The steps that can go in one message.
   *
   * @param steps in order
   * @param goesAlong whether one may go in a message with the first
   * @returns the first of those steps as far as they were prepared and their statements are certain
   */
  async take(
    steps: readonly LoadedStep[],
    goesAlong: (step: LoadedStep, first: LoadedStep) => boolean,
  ): Promise<ForeseenStep[]> {
    const taken: ForeseenStep[] = []
    const [first] = steps
    let count = 0
    for (const step of steps.slice(0, this.#size)) {
      if (first === undefined || !goesAlong(step, first)) break
      const statements = (await this.#foreseen.get(step)) ?? null
      for (const sql of statements ?? []) count += isDrop(sql) ? 2 : 1
      // What waits for others' locks, or has others wait, keeps no lock longer than it must.
      const shares = statements !== null && locksNewAlone(statements, this.#made)
      if (step !== first && statements !== null && (count > mostSteps || !shares)) break
      this.#foreseen.delete(step)
      if (statements === null || !this.#isOn) break
      taken.push({ step, statements })
      if (!shares) break
    }
    return taken
  }

  /** So many steps took the server so long, in one message: the next has as many as it should have, or at most twice as many. */
  took(steps: number, ms: number): void {
    this.#most = Math.min(mostSteps, this.#most + 1)
    const fitting = Math.floor((messageMs * steps) / Math.max(ms, 1))
    this.#size = Math.max(1, Math.min(fitting, steps * 2, this.#most))
  }

  /** Where one went wrong, as on a table that is in use, others would too; where several did, fewer of them may go well. */
  wentWrong(steps: number): void {
    if (steps === 1) this.#isOn = false
    this.#size = 1
    this.#most = Math.ceil(steps / 2)
  }
}

/**
 * Whether revisions may be called ahead: none where hooks would see that, nor through a pooler, where the lock is looked at before each
 * commit.
 */
export function foresightFor({ session, hooks }: RunOptions, steps: number): Foresight {
  const isSeen = hooks?.beforeRevision !== undefined || hooks?.afterRevision !== undefined
  return new Foresight(steps > 1 && session.engine === 'server' && !session.pooled && !isSeen)
}

async function foresee(step: LoadedStep): Promise<readonly string[] | null> {
  const statements: string[] = []
  let characters = 0
  let certain = true
  let refuse = () => {}
  const refused = new Promise<void>((resolve) => {
    refuse = () => {
      certain = false
      resolve()
    }
  })
  const run: RunQuery = async (sql, parameters) => {
    characters += sql.length
    const isTooMuch = statements.length === mostStatements || characters > mostCharacters
    // A definition takes no parameters.
    if (!isDefinition(sql) || parameters.length > 0 || isTooMuch) {
      refuse()
      // It is not called any further: who tries again and again what fails would never end.
      return new Promise<never>(() => {})
    }
    statements.push(sql)
    // No server answers at once: who does not wait for a statement has returned by then.
    await turn()
    return { command: '', rowCount: null, rows: [] }
  }
  const gate = new Gate({
    around: (_, send) => send(),
    onLate() {
      certain = false
    },
  })
  try {
    // What it is prepared during is sent first.
    await turn()
    if (!step.loaded.harmless()) return null
    const db = await kyselyOn(run, gate.around)
    const open = await gate.begin(() => db.startTransaction().execute())
    const called = (async () => {
      await migrationOf(step)(open)
      await gate.shut()
    })()
    await Promise.race([called, refused])
    if (!certain) gate.close()
    return certain && statements.length > 0 ? statements : null
  } catch {
    // It is told when it is its turn.
    gate.close()
    return null
  }
}
