/** `dbmig revision` */
import { relative } from 'node:path'
import type { Command, Option } from 'commander'
import type { RenameQuestion } from '../../index.ts'
import { hiddenAlias } from '../alias.ts'
import { changesText, diffText } from '../output/changes.ts'
import { hooksText } from '../output/hooks.ts'
import type { Declare } from '../program.ts'
import type { Terminal } from '../prompt.ts'

interface Flags {
  readonly message: string
  readonly autogenerate?: true
  readonly head?: string
  readonly revId?: string
  readonly branchLabel?: string
  readonly dependsOn?: string[]
  readonly splice?: true
  readonly migrationsPath?: string
  readonly rename?: string[]
  readonly renames?: string
  readonly noRename?: string[]
  readonly dryRun?: true
  readonly proof: boolean
  readonly cache: boolean
  readonly split?: 'schema' | 'stage'
  readonly concurrently?: true
}

export const declare: Declare = (program, cli) => {
  program
    .command('revision')
    .summary('write a revision file')
    .description(
      'Writes a new revision: to be filled in, or with the way from the live database to the schema.',
    )
    .requiredOption('-m, --message <text>', 'what it does')
    .option('--autogenerate', 'compare the live database with the schema, write the difference, and prove it')
    .addOption(
      program.createOption('--empty', 'a file to be filled in (the default)').conflicts('autogenerate'),
    )
    .option('--head <target>', 'the revision to follow; base begins a line of its own (default: head)')
    .option('--splice', 'follow a revision that another one follows already')
    .option('--branch-label <label>', 'name the branch that begins here')
    .option('--depends-on <targets...>', 'revisions of other branches that must be applied before')
    .option('--rev-id <id>', 'the id, in place of twelve random digits')
    .option('--migrations-path <folder>', 'the migrations folder to write to (default: that of the parent)')
    .addOption(hiddenAlias('--version-path <folder>', 'migrationsPath'))
    .addOption(
      program
        .createOption('--split <by>', 'cut what is generated into a revision for each schema, or each stage')
        .choices(['schema', 'stage']),
    )
    .option(
      '--concurrently',
      'make and drop indexes of existing tables beside running work, in a revision outside of a transaction',
    )
    .addOption(
      program
        .createOption(
          '--rename <old=new>',
          'what was renamed: users.name=full_name, table:users=people (repeatable)',
        )
        .argParser(collected),
    )
    .option('--renames <file>', 'a file with a rename per line')
    .addOption(noRenameOption(program))
    .option('--dry-run', 'print the file and what it changes; write nothing')
    .option('--no-proof', 'do not run it on a shadow database first')
    .option('--no-cache', 'build the schema anew, also where nothing has changed since it was built before')
    .action(
      cli.action<Flags>(async ({ flags, options, cwd, terminal, result, note }) => {
        const { revision } = await import('../../index.ts')
        const written = await revision({
          ...options,
          ...flags,
          autogenerate: flags.autogenerate === true,
          renames: flags.rename,
          renamesFile: flags.renames,
          noRename: flags.noRename?.includes(ALL) ? true : flags.noRename,
          onRename: terminal === null ? undefined : asking(terminal),
        })
        const { revisions, upToDate, changes, losses, risks, schemaDiff, proved, hooks } = written
        if (upToDate)
          await note(() => 'Nothing to do: the database is as the schema says. No file was written.')
        if (changes.length > 0) await note((style) => changesText(changes, style))
        for (const warning of [...losses, ...risks])
          await note((style) => `${style.yellow('warning:')} ${warning}`)
        if (proved)
          await note((style) =>
            style.dim(
              revisions.length === 1
                ? 'Proved on a shadow database: up leads to the schema, down leads back.'
                : `Proved on a shadow database: the ${revisions.length} revisions lead to the schema, and each leads back.`,
            ),
          )
        await result(written, (style) => {
          const paths = revisions.flatMap(({ path }) => path ?? [])
          if (paths.length > 0) return paths.map((path) => relative(cwd, path)).join('\n')
          const diff = schemaDiff === null || schemaDiff === '' ? [] : [diffText(schemaDiff, style)]
          return [...revisions.map(({ source }) => source.trimEnd()), ...diff].join('\n\n')
        })
        await note((style) => hooksText(hooks, style))
        return hooks.every(({ ok }) => ok) ? 0 : 1
      }),
    )
}

/** What `--no-rename` without a name stands for. */
const ALL = ''

/** Beside `--rename`, which it does not undo: it is about all else, or about the names that it gives. */
function noRenameOption(program: Command): Option {
  const option = program
    .createOption(
      '--no-rename [old]',
      'it was not renamed, whatever it looks like; without a name: nothing else was',
    )
    .argParser(collected)
    .preset(ALL)
  option.negate = false
  return option
}

function asking(terminal: Terminal) {
  return async (question: RenameQuestion) => {
    const { askRename } = await import('../prompt.ts')
    return askRename(question, terminal)
  }
}

function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}
