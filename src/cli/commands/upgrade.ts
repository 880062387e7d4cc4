/** `dbmig upgrade` */
import { lockWaitOf, targetOf } from '../flags.ts'
import { asksFleet, printFleet } from '../fleet.ts'
import { addMoveFlags, type MoveFlags, planOrText, requireOneOutput, runSavedPlan } from '../move.ts'
import { movedCells } from '../output/fleet.ts'
import { outOfOrderText, upgradeText } from '../output/steps.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  addMoveFlags(program.command('upgrade'))
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
      cli.action<MoveFlags & { outOfOrder?: true }>(async (call) => {
        const { args, options, result, told, note, json } = call
        const { sql, fromPlan: file, ...flags } = call.flags
        const target = targetOf(args, file)
        if (file !== undefined) return runSavedPlan(call, 'upgrade', file)
        requireOneOutput(flags, json)
        const { upgrade, upgradeAll, upgradeSql } = await import('../../index.ts')
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
        await result(done, (style) => planOrText(done, () => upgradeText(done, style, { told: told() })))
        const { outOfOrder } = done
        if (outOfOrder.length > 0) await note((style) => outOfOrderText(outOfOrder, style))
        return 0
      }),
    )
}
