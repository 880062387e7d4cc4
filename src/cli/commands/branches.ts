/** `dbmig branches` */
import { line } from '../output/listing.ts'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('branches')
    .summary('list the revisions that several others follow')
    .description('Lists each revision that several others follow, with those.')
    .option('--offline', 'leave the database alone')
    .action(
      cli.action<{ offline?: true }>(async ({ flags, options, result }) => {
        const { branches } = await import('../../index.ts')
        const found = await branches({ ...options, ...flags })
        await result(found, (style) => {
          if (found.length === 0) return 'No branches: no revision is followed by several others.'
          return found
            .flatMap(({ point, children }) => [
              line(point, undefined, null, style),
              ...children.map((child) => `  ${style.dim('↳')} ${line(child, undefined, null, style)}`),
            ])
            .join('\n')
        })
        return 0
      }),
    )
}
