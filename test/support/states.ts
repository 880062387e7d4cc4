/** The states that one thing may be in: each is made of nothing, differs from each other, and leads to each other and back. */
import { expect, inject, test } from 'vitest'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { readCatalog } from '../../src/catalog/read.ts'
import type { Session } from '../../src/database/session.ts'
import { compareCatalogs } from '../../src/diff/compare.ts'
import { reportChanges } from '../../src/diff/report.ts'
import { catalogOf, plan, run, scope, withSession } from './schemas.ts'

/** A script; with the first version of PostgreSQL that has its words, as 150000. */
export type State = string | { readonly since: number; readonly sql: string }

interface KnownState {
  readonly name: string
  readonly sql: string
  readonly catalog: Catalog
}

/**
 * Registers two tests: that each state is made of nothing, and that each leads to each other and back; with DBMIG_TEST_WHOLE in
 * the environment all ways are walked, else a ring of them, so that a run of all tests stays short.
 *
 * @param states by the names that a failure is told with
 * @param options.around a script that stands before each state's own
 * @param options.ways `ring`: each leads to the next alone, where there are too many states for all ways
 */
export function testStates(
  states: Readonly<Record<string, State>>,
  options: { readonly around?: string; readonly ways?: 'all' | 'ring' } = {},
): void {
  const { around = '', ways = 'all' } = options
  let reading: Promise<KnownState[]> | undefined
  const knownStates = () => {
    reading ??= read(states, around)
    return reading
  }
  test('each is made of nothing', { timeout: 300_000 }, async () => {
    const nothing = { name: 'nothing', sql: around, catalog: await catalogOf(around) }
    const known = await knownStates()
    expect(await walk(known.flatMap((state) => [nothing, state]))).toEqual([])
  })
  test('each leads to each other', { timeout: 300_000 }, async () => {
    const known = await knownStates()
    const inRing = ways === 'ring' || process.env['DBMIG_TEST_WHOLE'] === undefined
    const path = inRing ? [...known, ...known.slice(0, 1), ...known.toReversed()] : allWays(known)
    expect(await walk(path)).toEqual([])
  })
}

async function read(states: Readonly<Record<string, State>>, around: string): Promise<KnownState[]> {
  const known: KnownState[] = []
  for (const [name, state] of Object.entries(states)) {
    const { since, sql } = typeof state === 'string' ? { since: 0, sql: state } : state
    if (since > inject('serverVersion')) continue
    const script = `${around};${sql}`
    known.push({ name, sql: script, catalog: await catalogOf(script) })
  }
  return known
}

/** There and back between each two, and on to the next. */
function allWays(states: readonly KnownState[]): KnownState[] {
  return states.flatMap((from, i) => [from, ...states.slice(i + 1).flatMap((to) => [to, from])])
}

/** Leads one database from state to state, each time one begins anew where that fails; gives what failed. */
async function walk(path: readonly KnownState[]): Promise<string[]> {
  const failures: string[] = []
  for (let at = 0; at < path.length - 1; ) {
    const from = at
    await withSession(async (session) => {
      const first = path[from]
      if (first !== undefined) await session.execute(first.sql)
      for (at = from; at < path.length - 1; at++) {
        const failure = await move(path[at], path[at + 1], session)
        if (failure === null) continue
        failures.push(failure)
        at++
        return
      }
    })
  }
  return failures
}

async function move(
  from: KnownState | undefined,
  to: KnownState | undefined,
  session: Session,
): Promise<string | null> {
  if (from === undefined || to === undefined || from === to) return null
  const way = `${from.name} → ${to.name}`
  const sides = { live: await readCatalog(session, scope), target: to.catalog }
  if (compareCatalogs(sides).length === 0) return `${way}: no difference`
  try {
    await run(plan(sides), session)
  } catch (error) {
    return `${way}: ${error instanceof Error ? error.message : error}`
  }
  const left = compareCatalogs({ live: await readCatalog(session, scope), target: to.catalog })
  return left.length === 0
    ? null
    : `${way}: ${reportChanges(left)
        .map(({ summary }) => summary)
        .join('; ')}`
}
