/** `dbmig downgrade` */
import { stepsText } from '../output/steps.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('downgrade')
    .summary('undo revisions down to a target')
    .description('Undoes every applied revision above the target, each in its own transaction.')
    .argument('<target>', 'base, -N, an id or the start of one, <label>@base, …')
    .option('--dry-run', 'print what would be undone')
    .action(
      cli.action<{ dryRun?: true }>(async ({ args: [target = ''], flags, options, result }) => {
        const { downgrade } = await import('../../index.ts')
        const done = await downgrade({ ...options, ...flags, target })
        await result(done, (style) => stepsText(done, style))
        return 0
      }),
    )
}
