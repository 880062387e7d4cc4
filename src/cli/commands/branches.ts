/** `dbmig branches` */
import { branchesText } from '../output/branches.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('branches')
    .summary('list the revisions that several others follow')
    .description('Lists each revision that several others follow, with those.')
    .option('--offline', 'leave the database alone')
    .action(
      cli.action<{ offline?: true }>(async ({ flags, options, verbose, cwd, result }) => {
        const { branches } = await import('../../index.ts')
        const found = await branches({ ...options, ...flags })
        await result(found.branches, (style) => branchesText(found, { style, cwd, verbose }))
        return 0
      }),
    )
}
