/** `dbmig upgrade` */
import { outOfOrderText, upgradeText } from '../output/steps.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('upgrade')
    .summary('run revisions up to a target')
    .description(
      'Runs every revision that the target stands on and that is not applied, each in its own transaction.',
    )
    .argument('<target>', 'head, heads, an id or the start of one, +N, <label>@head, …')
    .option('--dry-run', 'print what would run')
    .option('--out-of-order', 'also run what was left out below a revision that is applied')
    .action(
      cli.action<{ dryRun?: true; outOfOrder?: true }>(
        async ({ args: [target = ''], flags, options, result, note }) => {
          const { upgrade } = await import('../../index.ts')
          const done = await upgrade({ ...options, ...flags, target })
          await result(done, (style) => upgradeText(done, style))
          const { outOfOrder } = done
          if (outOfOrder.length > 0) await note((style) => outOfOrderText(outOfOrder, style))
          return 0
        },
      ),
    )
}
