/** `dbmig diff` */
import { changesText, diffText } from '../output/changes.ts'
import type { Declare } from '../program.ts'

interface Flags {
  readonly against?: string
  readonly only?: string[]
  readonly changes?: true
  readonly exitCode?: true
}

export const declare: Declare = (program, cli) => {
  program
    .command('diff')
    .summary('show the difference of two schemas as SQL')
    .description(
      'Shows what is different between two states of a schema as a unified diff of SQL: from the live database to the target schema unless told. Revisions are run on shadow databases.',
    )
    .argument(
      '[A..B]',
      'two states: a revision (an id, head, current-1 …), "live" or "target" each; A.. goes to the heads, ..B starts at the base',
    )
    .option('--against <url or file>', 'compare the database with another one, or with a schema file')
    .option(
      '--only <patterns...>',
      'only these objects, as include names them: users, audit.*, view:public.*',
    )
    .option('--changes', 'list the changes in place of the SQL')
    .option('--exit-code', 'exit with 3 if there is a difference')
    .action(
      cli.action<Flags>(async ({ args: [range], flags, options, result, note }) => {
        const { diff } = await import('../../index.ts')
        const { against, only } = flags
        const found = await diff({ ...options, range, against, only })
        const { from, to, equal, changes, pending } = found
        if (pending.length > 0)
          await note(
            (style) =>
              `${style.yellow('note:')} The database has not applied ${pending.length === 1 ? 'a revision' : `${pending.length} revisions`} (${pending.join(', ')}): what ${pending.length === 1 ? 'it does' : 'they do'} is a part of the difference.`,
          )
        await result(found, (style) => {
          if (equal) return ''
          return flags.changes ? changesText(changes, style) : diffText(found.diff, style)
        })
        if (equal) await note(() => `No difference between ${from} and ${to}.`)
        return flags.exitCode && !equal ? 3 : 0
      }),
    )
}
