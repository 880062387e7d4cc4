/** Flags that several commands share. */
import { type Command, Option } from 'commander'
import { parseDuration } from './duration.ts'

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
