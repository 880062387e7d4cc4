/** Hitting a run at a random moment, and what must hold after. */
import { expect } from 'vitest'
import { startDbmig } from '../support/cli.ts'
import { applied, ask, disagreements, untilNoRunIsLeft } from './agreement.ts'
import { revisions } from './project.ts'

/** How many of a kind `npm run faults` takes; `npm test` takes a few. */
export function countOf(kind: { readonly long: number; readonly short: number }): number {
  return process.env['DBMIG_FAULTS'] === undefined ? kind.short : kind.long
}

/** A sequence of numbers from 0 to 1 that is the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The seed of this run: of the environment, so that a failure can be seen again, or of the clock. */
export const seed = Number(process.env['DBMIG_FAULTS_SEED'] ?? Date.now() % 1_000_000)

export interface Scene {
  readonly cwd: string
  readonly url: string
  readonly random: () => number
}

export interface Hit {
  /** Does the harm. */
  readonly strike: (run: { readonly pid: number }) => Promise<void> | void
  /** How long a run takes unharmed, node's start included: the moment is within that, and seldom before the first revision. */
  readonly withinMs: number
}

type Direction = 'up' | 'down'

/** Runs to the end unharmed, and measures. */
export async function runThrough(scene: Scene, direction: Direction): Promise<number> {
  const begin = performance.now()
  const { exitCode, stderr } = await start(scene, direction, ['--retry'])
  expect(stderr, 'of the run that finishes').not.toContain('error:')
  expect(exitCode).toBe(0)
  expect(await disagreements(scene.url)).toEqual([])
  expect(await applied(scene.url)).toEqual(direction === 'up' ? revisions : [])
  return performance.now() - begin
}

/**
 * Starts a run, hits it, looks what is left, and has the next run finish.
 *
 * @returns at which revision boundary the fault left the database, and whether it came too late
 */
export async function hitOnce(
  scene: Scene,
  direction: Direction,
  { strike, withinMs }: Hit,
): Promise<{ readonly at: number; readonly finished: boolean }> {
  const run = start(scene, direction, [])
  const { pid } = run
  if (pid === undefined) throw new Error('dbmig did not start.')
  await new Promise((resolve) => setTimeout(resolve, withinMs * (0.25 + 0.65 * scene.random())))
  await strike({ pid })
  const { exitCode, stderr } = await run
  if (exitCode !== 0) {
    // Whoever is still there to say something says it in a sentence.
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m)
    if (exitCode !== undefined) expect(stderr).toMatch(/^error: .*\.$/m)
  }
  await untilNoRunIsLeft(scene.url)
  expect(await disagreements(scene.url), stderr).toEqual([])
  const at = (await applied(scene.url)).length
  await runThrough(scene, direction)
  return { at, finished: exitCode === 0 }
}

function start({ cwd }: Scene, direction: Direction, flags: readonly string[]) {
  const command = direction === 'up' ? ['upgrade', 'head'] : ['downgrade', 'base']
  return startDbmig([...command, ...flags], { cwd })
}

/** Makes faults, up and down in turn, and says what was seen. */
export async function hitOften(scene: Scene, count: number, strike: Hit['strike']): Promise<void> {
  // The first run is slower: what it makes of the files is kept.
  await runThrough(scene, 'up')
  await runThrough(scene, 'down')
  const withinMs = { up: await runThrough(scene, 'up'), down: await runThrough(scene, 'down') }
  const boundaries = new Set<number>()
  let finished = 0
  for (let i = 0; i < count; i++) {
    const direction = i % 2 === 0 ? 'up' : 'down'
    const hit = await hitOnce(scene, direction, { strike, withinMs: withinMs[direction] })
    boundaries.add(hit.at)
    if (hit.finished) finished++
    // What else the machine does changes meanwhile, and a fault that comes too late shows nothing.
    withinMs[direction] *= hit.finished ? 0.9 : 1.02
  }
  console.log(
    `${count} faults (seed ${seed}): ${boundaries.size} boundaries of ${revisions.length + 1}, ${finished} after the run had finished`,
  )
}

/** Ends the connections of all runs on a database. */
export async function terminateBackends(url: string): Promise<void> {
  await ask(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'dbmig%' and datname = current_database()`,
  )
}
