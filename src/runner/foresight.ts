/** What a revision will send, found out while the server still works on the one before it. */
import { setImmediate as turn } from 'node:timers/promises'
import { kyselyOn, type RunQuery } from '../database/kysely.ts'
import { isDefinition } from '../sql/definition.ts'
import { Gate } from './gate.ts'
import { migrationOf } from './migration.ts'
import type { LoadedStep, RunOptions } from './run.ts'

/** More than this is better seen going by. */
const mostStatements = 100
const mostCharacters = 100_000

/**
 * A revision that can touch nothing but its `db` and does nothing but define objects is called before its turn: what its statements will
 * give it is known, so that they can be sent in one message. Where that goes wrong in any way, all of it is undone and the revision
 * runs as every other does, statement by statement.
 */
export class Foresight {
  readonly #foreseen = new Map<LoadedStep, Promise<readonly string[] | null>>()
  #isOn: boolean

  constructor(isOn: boolean) {
    this.#isOn = isOn
  }

  /** Begins to find out what the step will send. Call it where there is something else to wait for. */
  prepare(step: LoadedStep | undefined): void {
    if (!this.#isOn || step === undefined || !step.loaded.transaction || this.#foreseen.has(step)) return
    this.#foreseen.set(step, foresee(step))
  }

  /** The statements of a step that was prepared; null where they are not certain. */
  async statementsOf(step: LoadedStep): Promise<readonly string[] | null> {
    const statements = (await this.#foreseen.get(step)) ?? null
    this.#foreseen.delete(step)
    return this.#isOn ? statements : null
  }

  /** Where one went wrong, as on a table that is in use, others would too. */
  giveUp(): void {
    this.#isOn = false
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

class NotCertain extends Error {}

async function foresee(step: LoadedStep): Promise<readonly string[] | null> {
  const statements: string[] = []
  let characters = 0
  let certain = true
  const run: RunQuery = async (sql, parameters) => {
    characters += sql.length
    const isTooMuch = statements.length === mostStatements || characters > mostCharacters
    // A definition takes no parameters.
    if (!isDefinition(sql) || parameters.length > 0 || isTooMuch) {
      certain = false
      throw new NotCertain()
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
    await migrationOf(step)(open)
    await gate.shut()
    return certain && statements.length > 0 ? statements : null
  } catch {
    // It is told when it is its turn.
    gate.close()
    return null
  }
}
