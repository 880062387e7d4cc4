/** `dbmig merge` */
import { relative } from 'node:path'
import { hooksText } from '../output/hooks.ts'
import type { Declare } from '../program.ts'

interface Flags {
  readonly message?: string
  readonly branchLabel?: string
  readonly revId?: string
  readonly splice?: true
  readonly migrationsPath?: string
  readonly dryRun?: true
}

export const declare: Declare = (program, cli) => {
  program
    .command('merge')
    .summary('write a revision that follows several')
    .description(
      'Writes a revision that follows several others and changes nothing, so that they are one line again.',
    )
    .argument('[targets...]', 'the revisions to follow: ids, labels, … (default: heads)')
    .option('-m, --message <text>', 'what it does (default: merge, and the ids)')
    .option('--splice', 'follow also what another revision follows already')
    .option('--branch-label <label>', 'name the branch that begins here')
    .option('--rev-id <id>', 'the id, in place of twelve random digits')
    .option(
      '--migrations-path <folder>',
      'the migrations folder to write to (default: that of the first parent)',
    )
    .option('--dry-run', 'print the file; write nothing')
    .action(
      cli.action<Flags>(async ({ args: targets, flags, options, cwd, result, note }) => {
        const { merge } = await import('../../index.ts')
        const written = await merge({ ...options, ...flags, targets })
        const { path, source, hooks } = written
        await result(written, () => (path === null ? (source ?? '').trimEnd() : relative(cwd, path)))
        await note((style) => hooksText(hooks, style))
        return hooks.every(({ ok }) => ok) ? 0 : 1
      }),
    )
}
