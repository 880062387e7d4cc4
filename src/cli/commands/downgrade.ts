/** `dbmig downgrade` */
import {
  addLockFlags,
  addPlanFlags,
  addSettingFlags,
  type LockFlags,
  lockWaitOf,
  type PlanFlags,
  type SettingFlags,
  targetOf,
} from '../flags.ts'
import { addFleetFlags, asksFleet, type FleetFlags, printFleet } from '../fleet.ts'
import { movedCells } from '../output/fleet.ts'
import { stepsText } from '../output/steps.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  addSettingFlags(addFleetFlags(addLockFlags(addPlanFlags(program.command('downgrade')))))
    .summary('undo revisions down to a target')
    .description('Undoes every applied revision above the target, each in its own transaction.')
    .argument('[target]', 'base, -N, an id or the start of one, <label>@base, …')
    .option('--dry-run', 'print what would be undone')
    .option('--strict', 'refuse to run where an applied file was changed since')
    .option('--retry', 'undo also a revision that began outside a transaction and did not end')
    .option(
      '--sql',
      'print a script for psql in place of a run; the target is FROM:TO; with --dry-run, print the statements from where the database is',
    )
    .option('--tag <tag>', 'a word for the configuration')
    .action(
      cli.action<
        { dryRun?: true; retry?: true; strict?: true; sql?: true; tag?: string } & LockFlags &
          FleetFlags &
          SettingFlags &
          PlanFlags
      >(async ({ args, flags: { sql, fromPlan: file, ...flags }, options, result, told, note, json }) => {
        const { downgrade, downgradeAll, downgradeSql, runPlan } = await import('../../index.ts')
        const target = targetOf(args, file)
        if (file !== undefined) {
          const done = await runPlan({
            ...options,
            ...flags,
            ...lockWaitOf(flags),
            command: 'downgrade',
            file,
          })
          await result(done, (style) => stepsText(done, style, { told: told() }))
          return 0
        }
        if (sql && !flags.dryRun) {
          const done = await downgradeSql({ ...options, ...flags, target })
          await result(done, () => done.script)
          return 0
        }
        if (asksFleet(flags)) {
          const done = await downgradeAll({ ...options, ...flags, ...lockWaitOf(flags), target })
          return printFleet({ result, note, json }, done, { cells: movedCells })
        }
        const done = await downgrade({ ...options, ...flags, ...lockWaitOf(flags), sql, target })
        await result(done, (style) => stepsText(done, style, { told: told() }))
        return 0
      }),
    )
}
