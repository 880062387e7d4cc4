/** Values in columns that get another type and their own again: what that does to them, and what a plan says about it. */
import type { Transaction } from 'kysely'
import { runScript } from '../../src/comparison/copy-schema.ts'
import type { Session } from '../../src/database/session.ts'
import type { Plan, Step } from '../../src/diff/change.ts'
import { planScript } from '../../src/emit/script.ts'
import { catalogOf, plan, withSession } from './schemas.ts'

/** Literals of values, by the type of the column that holds them. */
export type Samples = Readonly<Record<string, readonly string[]>>

interface Way {
  readonly table: string
  readonly from: string
  readonly to: string
}

/** What a plan did to values, beside what it said. */
export interface Outcome {
  readonly way: string
  /** Values that the way there, the way back refused; and those that came back as others. */
  readonly refused: readonly string[]
  readonly refusedBack: readonly string[]
  readonly changed: readonly string[]
  readonly up: Step['notes']
  readonly down: Step['notes']
}

/**
 * Takes the samples of each type to each other type and back, the way that a plan does.
 *
 * @param setup a script that makes the types that PostgreSQL does not bring
 * @param chosen which of the ways to go
 */
export async function tryConversions(
  samples: Samples,
  setup: string,
  chosen: (from: number, to: number) => boolean,
): Promise<Outcome[]> {
  const types = Object.keys(samples)
  const ways = types.flatMap((from, i) =>
    types.flatMap((to, j): Way[] => (i !== j && chosen(i, j) ? [{ table: `t_${i}_${j}`, from, to }] : [])),
  )
  const script = (side: 'from' | 'to'): string =>
    `${setup};${ways.map((way) => `create table ${way.table} (id int, v ${way[side]})`).join(';')}`
  const [live, target] = [await catalogOf(script('from')), await catalogOf(script('to'))]
  const ups = stepsByTable(plan({ live, target }))
  const downs = stepsByTable(plan({ live: target, target: live }))
  return withSession(async (session) => {
    await session.execute(script('from'))
    const outcomes: Outcome[] = []
    for (const way of ways)
      outcomes.push(
        await tryWay(way, samples[way.from] ?? [], ups.get(way.table), downs.get(way.table), session),
      )
    return outcomes
  })
}

interface Move {
  readonly notes: Step['notes']
  readonly script: string
}

function stepsByTable(of: Plan): Map<string, Move> {
  const moves = new Map<string, Move>()
  for (const step of of.steps) {
    if (step.action !== 'alter' || step.after.kind !== 'column') throw new Error(`unexpected ${step.action}`)
    moves.set(step.after.table, { notes: step.notes, script: planScript({ ...of, steps: [step] }) })
  }
  return moves
}

async function tryWay(
  way: Way,
  values: readonly string[],
  up: Move | undefined,
  down: Move | undefined,
  session: Session,
): Promise<Outcome> {
  if (up === undefined || down === undefined) throw new Error(`no step from ${way.from} to ${way.to}`)
  const failed = { refused: [] as string[], refusedBack: [] as string[], changed: [] as string[] }
  const all = await goThereAndBack(way, values, up, down, session)
  if (all === 'changed' || all === 'refused' || all === 'refusedBack')
    for (const value of values) {
      const one = await goThereAndBack(way, [value], up, down, session)
      if (one !== 'same') failed[one].push(value)
    }
  return { way: `${way.from} → ${way.to}`, ...failed, up: up.notes, down: down.notes }
}

class Undo extends Error {}

async function goThereAndBack(
  { table, from }: Way,
  values: readonly string[],
  up: Move,
  down: Move,
  session: Session,
): Promise<'same' | 'changed' | 'refused' | 'refusedBack'> {
  const { sql } = await import('kysely')
  const db = await session.kysely()
  const read = async (transaction: Transaction<unknown>): Promise<string> => {
    const { rows } = await sql.raw(`select v::text as v from ${table} order by id`).execute(transaction)
    return JSON.stringify(rows)
  }
  let result: 'same' | 'changed' | 'refused' | 'refusedBack' | null = null
  try {
    await db.transaction().execute(async (transaction) => {
      const rows = values.map((value, i) => `(${i}, ${value}::${from})`)
      await sql.raw(`insert into ${table} values ${rows.join(', ')}`).execute(transaction)
      const before = await read(transaction)
      result = 'refused'
      await runScript(up.script, transaction)
      result = 'refusedBack'
      await runScript(down.script, transaction)
      result = (await read(transaction)) === before ? 'same' : 'changed'
      throw new Undo()
    })
  } catch (error) {
    const refused = error instanceof Error && 'code' in error && result !== null
    if (!(error instanceof Undo) && !refused) throw error
  }
  if (result === null) throw new Error(`no way was gone from ${from}`)
  return result
}
