/** `dbmig downgrade` */
import { lockWaitOf, targetOf } from '../flags.ts'
import { asksFleet, printFleet } from '../fleet.ts'
import { addMoveFlags, type MoveFlags, planOrText, requireOneOutput, runSavedPlan } from '../move.ts'
import { movedCells } from '../output/fleet.ts'
import { stepsText } from '../output/steps.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  addMoveFlags(program.command('downgrade'))
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
      cli.action<MoveFlags>(async (call) => {
        const { args, options, result, told, note, json } = call
        const { sql, fromPlan: file, ...flags } = call.flags
        const target = targetOf(args, file)
        if (file !== undefined) return runSavedPlan(call, 'downgrade', file)
        requireOneOutput(flags, json)
        const { downgrade, downgradeAll, downgradeSql } = await import('../../index.ts')
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
        await result(done, (style) => planOrText(done, () => stepsText(done, style, { told: told() })))
        return 0
      }),
    )
}
