/** `dbmig resolve` */
import { addLockFlags, type LockFlags, lockWaitOf } from '../flags.ts'
import { leftInvalidText, resolveText } from '../output/resolve.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  addLockFlags(program.command('resolve'))
    .summary('say what became of a revision that ended half-way')
    .description(
      'Makes the ledger say that a revision which began outside a transaction and did not end is applied, or is not. Runs nothing.',
    )
    .argument('<revision>', 'an id or the start of one')
    .option('--applied', 'all of it is there: it counts as applied')
    .option('--rolled-back', 'nothing of it is left: it counts as never run, or as undone')
    .action(
      cli.action<{ applied?: true; rolledBack?: true } & LockFlags>(
        async ({ args: [target = ''], flags, options, result, note }) => {
          const { resolve } = await import('../../index.ts')
          const done = await resolve({ ...options, ...flags, ...lockWaitOf(flags), target })
          await result(done, (style) => resolveText(done, style))
          const { invalidIndexes } = done
          if (invalidIndexes.length > 0) await note((style) => leftInvalidText(invalidIndexes, style))
          return 0
        },
      ),
    )
}
