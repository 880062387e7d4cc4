/** `dbmig upgrade` */
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
import { outOfOrderText, stepsText, upgradeText } from '../output/steps.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  addSettingFlags(addFleetFlags(addLockFlags(addPlanFlags(program.command('upgrade')))))
    .summary('run revisions up to a target')
    .description(
      'Runs every revision that the target stands on and that is not applied, each in its own transaction.',
    )
    .argument('[target]', 'head, heads, an id or the start of one, +N, <label>@head, …')
    .option('--dry-run', 'print what would run')
    .option('--strict', 'refuse to run where an applied file was changed since')
    .option('--retry', 'run a revision again that began outside a transaction and did not end')
    .option('--out-of-order', 'also run what was left out below a revision that is applied')
    .option(
      '--sql',
      'print a script for psql in place of a run; the target may be FROM:TO; with --dry-run, print the statements from where the database is',
    )
    .option('--tag <tag>', 'a word for the configuration')
    .action(
      cli.action<
        {
          dryRun?: true
          retry?: true
          strict?: true
          outOfOrder?: true
          sql?: true
          tag?: string
        } & LockFlags &
          FleetFlags &
          SettingFlags &
          PlanFlags
      >(async ({ args, flags: { sql, fromPlan: file, ...flags }, options, result, told, note, json }) => {
        const { upgrade, upgradeAll, upgradeSql, runPlan } = await import('../../index.ts')
        const target = targetOf(args, file)
        if (file !== undefined) {
          const done = await runPlan({ ...options, ...flags, ...lockWaitOf(flags), command: 'upgrade', file })
          await result(done, (style) => stepsText(done, style, { told: told() }))
          return 0
        }
        if (sql && !flags.dryRun) {
          const done = await upgradeSql({ ...options, ...flags, target })
          await result(done, () => done.script)
          return 0
        }
        if (asksFleet(flags)) {
          const done = await upgradeAll({ ...options, ...flags, ...lockWaitOf(flags), target })
          return printFleet({ result, note, json }, done, { cells: movedCells, goesOn: !flags.dryRun })
        }
        const done = await upgrade({ ...options, ...flags, ...lockWaitOf(flags), sql, target })
        await result(done, (style) => upgradeText(done, style, { told: told() }))
        const { outOfOrder } = done
        if (outOfOrder.length > 0) await note((style) => outOfOrderText(outOfOrder, style))
        return 0
      }),
    )
}
