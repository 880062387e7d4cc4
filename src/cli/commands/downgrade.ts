/** `dbmig downgrade` */
import { Option } from 'commander'
import { addLockFlags, addSettingFlags, type LockFlags, lockWaitOf, type SettingFlags } from '../flags.ts'
import { addFleetFlags, asksFleet, type FleetFlags, printFleet } from '../fleet.ts'
import { movedCells } from '../output/fleet.ts'
import { stepsText } from '../output/steps.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  addSettingFlags(addFleetFlags(addLockFlags(program.command('downgrade'))))
    .summary('undo revisions down to a target')
    .description('Undoes every applied revision above the target, each in its own transaction.')
    .argument('<target>', 'base, -N, an id or the start of one, <label>@base, …')
    .option('--dry-run', 'print what would be undone')
    .option('--strict', 'refuse to run where an applied file was changed since')
    .option('--retry', 'undo also a revision that began outside a transaction and did not end')
    .addOption(
      new Option('--sql', 'print a script for psql in place of a run; the target is FROM:TO').conflicts(
        'dryRun',
      ),
    )
    .option('--tag <tag>', 'a word for the configuration')
    .action(
      cli.action<
        { dryRun?: true; retry?: true; strict?: true; sql?: true; tag?: string } & LockFlags &
          FleetFlags &
          SettingFlags
      >(async ({ args: [target = ''], flags: { sql, ...flags }, options, result, told, note }) => {
        const { downgrade, downgradeAll, downgradeSql } = await import('../../index.ts')
        if (sql) {
          const done = await downgradeSql({ ...options, ...flags, target })
          await result(done, () => done.script)
          return 0
        }
        if (asksFleet(flags)) {
          const done = await downgradeAll({ ...options, ...flags, ...lockWaitOf(flags), target })
          return printFleet({ result, note }, done, { cells: movedCells })
        }
        const done = await downgrade({ ...options, ...flags, ...lockWaitOf(flags), target })
        await result(done, (style) => stepsText(done, style, { told: told() }))
        return 0
      }),
    )
}
