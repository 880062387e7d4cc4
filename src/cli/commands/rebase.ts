/** `dbmig rebase` */
import { relative } from 'node:path'
import type { RebaseResult } from '../../index.ts'
import type { Style } from '../output/style.ts'
import type { Declare } from '../program.ts'

interface Flags {
  readonly onto?: string
  readonly dryRun?: true
  readonly offline?: true
}

export const declare: Declare = (program, cli) => {
  program
    .command('rebase')
    .summary('put a branch that is not applied on another head')
    .description(
      'Puts a branch on another head, by editing the headers of its files and the dates in their names. What the database has applied is not moved; --url checks another one.',
    )
    .argument(
      '[revision]',
      'a revision of the branch (default: the branch that the database has not applied)',
    )
    .option('--onto <target>', 'what to put it on (default: the one other head with an ancestor in common)')
    .option('--dry-run', 'print what would change; write nothing')
    .option('--offline', 'leave the database alone: nothing of the branch is applied where it counts')
    .action(
      cli.action<Flags>(async ({ args: [revision], flags, options, cwd, result, note }) => {
        const { rebase } = await import('../../index.ts')
        const done = await rebase({ ...options, ...flags, revision })
        await result(done, (style) => rebaseText(done, cwd, style))
        await note(() => choiceText(done))
        await note((style) => publishedText(done, style))
        return 0
      }),
    )
}

/** Who has applied their own branch, and not yet what came from the others, would see that moved. */
function choiceText({ onto, chosenBy, dryRun }: RebaseResult): string {
  if (chosenBy === null) return ''
  const restore = dryRun ? '' : ' restore these files and'
  return `This branch was chosen as ${chosenBy} has applied nothing of it. If yours is that of ${onto},${restore} name it: dbmig rebase ${onto}`
}

function publishedText({ published }: RebaseResult, style: Style): string {
  if (published === null) return ''
  const { branch, revisions } = published
  const [are, them] = revisions.length === 1 ? ['is', 'it'] : ['are', 'them']
  return `${style.yellow('warning:')} ${revisions.join(', ')} ${are} on ${branch}: a database that has applied ${them} never runs what is put below.`
}

function rebaseText({ onto, moved, heads, dryRun }: RebaseResult, cwd: string, style: Style): string {
  const [head, ...more] = heads
  if (onto === null) {
    if (head === undefined) return 'Nothing to do: there are no revisions.'
    if (more.length === 0) return `Nothing to do: ${head} is the only head.`
    return `Nothing to do: the heads ${heads.join(', ')} have no ancestor in common.`
  }
  if (moved.length === 0) return `Nothing to do: the branch stands on ${onto} already.`
  const lines = moved.flatMap(({ revision, downRevision, message, path, previousPath }) => {
    const follows = downRevision.length === 0 ? 'is a base' : `follows ${downRevision.join(', ')}`
    const from = relative(cwd, previousPath)
    return [
      `${style.cyan(revision)}  ${message} ${style.dim(`(${follows})`)}`,
      `  ${path === previousPath ? from : `${from} → ${relative(cwd, path)}`}`,
    ]
  })
  const count = `${moved.length} ${moved.length === 1 ? 'revision' : 'revisions'}`
  const end = dryRun
    ? `A dry run: nothing was written. ${count} would stand on ${onto}.`
    : `${count} now ${moved.length === 1 ? 'stands' : 'stand'} on ${onto}.`
  const left =
    more.length === 0
      ? []
      : [`There ${dryRun ? 'would still be' : 'are still'} ${heads.length} heads: ${heads.join(', ')}.`]
  return [...lines, end, ...left].join('\n')
}
