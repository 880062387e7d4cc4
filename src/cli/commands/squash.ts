/** `dbmig squash` */
import { relative } from 'node:path'
import type { SquashResult } from '../../index.ts'
import { hooksText } from '../output/hooks.ts'
import type { Style } from '../output/style.ts'
import type { Declare } from '../program.ts'

interface Flags {
  readonly message?: string
  readonly dryRun?: true
  readonly schemaOnly?: true
  readonly offline?: true
}

export const declare: Declare = (program, cli) => {
  program
    .command('squash')
    .summary('make one revision of a range')
    .description(
      'Writes one revision in place of a range, proved on shadow databases to do the same, and moves the files of the others to .dbmig/squashed. It keeps the id of the last: a database that has applied the whole range has applied it.',
    )
    .argument(
      '<range>',
      'A:B, both included; A: goes up to the head, :B starts at the base, head-3:head counts',
    )
    .option('-m, --message <text>', 'what it does (default: "squash A:B: " and the message of B)')
    .option('--dry-run', 'print the file; write and remove nothing')
    .option('--schema-only', 'go without the rows and privileges that the range writes')
    .option('--offline', 'do not look where the configured database is')
    .action(
      cli.action<Flags>(async ({ args: [range = ''], flags, options, cwd, result, note }) => {
        const { squash } = await import('../../index.ts')
        const done = await squash({ ...options, ...flags, range })
        for (const warning of warningsOf(done))
          await note((style) => `${style.yellow('warning:')} ${warning}`)
        if (done.proved)
          await note((style) =>
            style.dim('Proved on a shadow database: up leads where the range led, down leads back.'),
          )
        await result(done, (style) => squashText(done, cwd, style))
        await note((style) => hooksText(done.hooks, style))
        return done.hooks.every(({ ok }) => ok) ? 0 : 1
      }),
    )
}

function warningsOf({ revision, inside, leftOut, losses, risks, source }: SquashResult): string[] {
  const stuck =
    inside === null
      ? []
      : [
          inside.applied.length === 0
            ? `The configured database has begun, and not ended, a revision of the range (of ${inside.missing.join(', ')}).`
            : `The configured database has applied ${inside.applied.join(', ')} and not ${inside.missing.join(', ')}: before it meets the squash, run "dbmig upgrade ${revision}" there with the files as they were.`,
        ]
  const header = 'The squash leaves out what the range does beside the schema:'
  const left = leftOut.length === 0 ? [] : [[header, ...leftOut].join('\n  ')]
  return source === null ? [] : [...stuck, ...left, ...losses, ...risks]
}

function squashText(done: SquashResult, cwd: string, style: Style): string {
  const { revision, replaces, path, removed, source, dryRun } = done
  const keptIn = relative(cwd, done.keptIn)
  const gone = removed.map((file) => `${style.red('-')} ${relative(cwd, file)}`)
  if (dryRun) {
    const end = `A dry run: nothing was written. ${removed.length} ${files(removed)} would be moved to ${keptIn}.`
    return [...(source === null ? [] : [source.trimEnd(), '']), ...gone, end].join('\n')
  }
  const what =
    source === null
      ? `Moved what was left of the revisions that ${style.cyan(revision)} replaces to ${keptIn}.`
      : `${style.cyan(revision)} stands for ${replaces.length + 1} revisions now. The old files are in ${keptIn}: delete them when no database is inside of the range any more.`
  const written = source === null ? [] : [`${style.green('+')} ${relative(cwd, path)}`]
  return [...written, ...gone, what].join('\n')
}

function files(paths: readonly string[]): string {
  return paths.length === 1 ? 'file' : 'files'
}
