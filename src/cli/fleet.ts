/** What the commands share that can work on many databases: flags, and what they print. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { DatabaseResult, FleetOptions, FleetResult } from '../index.ts'
import type { Call } from './cli.ts'
import { fleetFailed, fleetNotAsked } from './errors.ts'
import { type Cells, failuresText, fleetTable } from './output/fleet.ts'

/** These are `FleetOptions` by their names. */
export interface FleetFlags extends FleetOptions {
  readonly all?: true
}

/** What is of one database alone. */
const single = ['sql', 'plan', 'fromPlan', 'offline', 'graph']

export function addFleetFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--all', 'on every database that the configuration lists in `databases`').conflicts([
        'only',
        ...single,
      ]),
    )
    .addOption(
      new Option('--only <pattern>', 'on those so called, with * and ? (repeatable)')
        .argParser((pattern, before: readonly string[] = []) => [...before, pattern])
        .conflicts(single),
    )
    .option('--concurrency <n>', 'how many of them at a time (default: 4)', wholeNumber)
    .option('--shard <i/n>', 'of these the i-th of n parts, for several machines')
    .option('--fail-fast', 'begin no more once one has failed')
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

/**
 * Whether a command is to work on many databases.
 *
 * @throws CLI_FLEET_NOT_ASKED where a flag makes sense for many alone
 */
export function asksFleet({ all, only, concurrency, shard, failFast }: FleetFlags): boolean {
  if (all || only !== undefined) return true
  const flag = Object.entries({ concurrency, shard, 'fail-fast': failFast }).find(
    ([, value]) => value !== undefined,
  )
  if (flag !== undefined) throw fleetNotAsked(flag[0])
  return false
}

export interface FleetOutput<R> {
  /** What a database's result is in JSON, where it is not all of it. */
  readonly json?: (result: R) => object
  readonly cells: Cells<R>
  /** Whether the same command goes on with what failed, and leaves the others alone. */
  readonly goesOn?: boolean
  /** Whether a check that was asked for said no. */
  readonly saidNo?: (result: R) => boolean
}

/**
 * Prints what became of each database.
 *
 * @returns the exit code: 1 where one failed, 3 where a check said no
 */
export async function printFleet<R extends object>(
  { result, note, json: asJson }: Pick<Call<unknown>, 'result' | 'note' | 'json'>,
  fleet: FleetResult<R>,
  { json = (one) => one, cells, goesOn, saidNo = () => false }: FleetOutput<R>,
): Promise<number> {
  const databases = fleet.databases.map((one) => {
    if (!one.ok) return one
    const { name, ok, durationMs, error } = one
    return { name, ok, durationMs, error, ...json(one) }
  })
  await result({ databases, ok: fleet.ok }, (style) => fleetTable(fleet.databases, cells, style, goesOn))
  const exitCode = exitCodeOf(fleet.databases, saidNo)
  if (fleet.ok) return exitCode
  if (asJson) throw fleetFailed(fleet.databases, exitCode === 3 ? 3 : 1)
  await note((style) => failuresText(fleet.databases, style))
  return exitCode
}

function exitCodeOf<R>(databases: readonly DatabaseResult<R>[], saidNo: (result: R) => boolean): 0 | 1 | 3 {
  if (databases.some(({ error }) => error !== null && error.exitCode !== 3)) return 1
  return databases.some((one) => !one.ok || saidNo(one)) ? 3 : 0
}
