/** `dbmig edit` */
import { relative } from 'node:path'
import type { Declare } from '../program.ts'

export const declare: Declare = (program, cli) => {
  program
    .command('edit')
    .summary('open revisions in an editor')
    .description(
      'Opens the files of revisions in $VISUAL or $EDITOR, and looks afterwards whether all revisions fit together.',
    )
    .argument('<targets...>', 'ids or the start of them, head, heads, current, …')
    .action(
      cli.action(async ({ args: targets, options, cwd, result }) => {
        const { edit } = await import('../../index.ts')
        const done = await edit({ ...options, targets })
        await result(done, () => done.edited.map(({ path }) => relative(cwd, path)).join('\n'))
        return 0
      }),
    )
}
