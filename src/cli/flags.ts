/** Flags that several commands share. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from './duration.ts'
import { targetMissing, targetOfPlan } from './errors.ts'

export interface LockFlags {
  readonly lockWait?: number
  readonly wait: boolean
}

/** `--lock-wait` and `--no-wait`, for a command that takes the migration lock. */
export function addLockFlags(command: Command): Command {
  return command
    .option('--lock-wait <duration>', 'how long to wait for another run (default: 10m)', parseDuration)
    .addOption(
      new Option('--no-wait', 'fail at once when another run is at work').default(true).conflicts('lockWait'),
    )
}

/** What these flags mean, for a function of the public API. */
export function lockWaitOf({ lockWait, wait }: LockFlags): { lockWaitMs: number | undefined } {
  return { lockWaitMs: wait ? lockWait : 0 }
}

export interface SettingFlags {
  readonly lockTimeout?: string
  readonly statementTimeout?: string
  readonly retries?: number
}

/** `--lock-timeout`, `--statement-timeout` and `--retries`, which win over the configuration. */
export function addSettingFlags(command: Command): Command {
  return command
    .option(
      '--lock-timeout <duration>',
      'how long a statement waits for a lock; 0: for ever (default: 5s)',
      parseTimeout,
    )
    .option(
      '--statement-timeout <duration>',
      "how long a statement runs (default: the server's)",
      parseTimeout,
    )
    .option(
      '--retries <number>',
      'how often a transaction that gets no lock is tried again (default: 10)',
      parseCount,
    )
}

/** In a unit of PostgreSQL's. */
function parseTimeout(text: string): string {
  return `${parseDuration(text)}ms`
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 0.')
  return Number(text)
}

export interface PlanFlags {
  readonly plan?: string
  readonly fromPlan?: string
}

/** `--plan` and `--from-plan`, for a command that runs revisions. */
export function addPlanFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--plan <file>', 'write the steps to a file, or to stdout (-), and run nothing').conflicts([
        'sql',
        'dryRun',
      ]),
    )
    .addOption(
      new Option(
        '--from-plan <file>',
        'run just the steps of that file, or of stdin (-), or nothing if anything moved',
      ).conflicts([...['plan', 'sql', 'retry', 'outOfOrder']]),
    )
}

/**
 * The one operand of a command that takes a target or a plan.
 *
 * @throws CLI_USAGE
 */
export function targetOf([target]: readonly string[], fromPlan: string | undefined): string {
  if (fromPlan !== undefined && target !== undefined) throw targetOfPlan(target)
  if (fromPlan === undefined && target === undefined) throw targetMissing()
  return target ?? ''
}
