/** `dbmig ensure-version` */
import { addLockFlags, type LockFlags, lockWaitOf } from '../flags.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  addLockFlags(program.command('ensure-version'))
    .summary("make the ledger's tables")
    .description("Makes the ledger's tables where they are missing, and nothing else.")
    .action(
      cli.action<LockFlags>(async ({ flags, options, result }) => {
        const { ensureVersion } = await import('../../index.ts')
        const done = await ensureVersion({ ...options, ...lockWaitOf(flags) })
        await result(done, () => `The ledger ${done.table} is there.`)
        return 0
      }),
    )
}
