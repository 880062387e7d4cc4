/** Branch points as text, each with the revisions that follow it. */
import type { Branches, HistoryEntry } from '../../index.ts'
import { type EntryContext, fullEntryLines } from './entry.ts'
import { byWidthOf, idWidthOf, line } from './line.ts'

export interface BranchesContext extends EntryContext {
  readonly verbose: boolean
}

const INDENT = 3

/** What `branches` prints. */
export function branchesText({ branches, current }: Branches, context: BranchesContext): string {
  if (branches.length === 0) return 'No branches: no revision is followed by several others.'
  const { style, verbose } = context
  const all = branches.flatMap(({ point, children }) => [point, ...children])
  const [fork, last, through] = style.unicode ? ['├─ ', '└─ ', '│  '] : ['|- ', "'- ", '|  ']
  const idWidth = idWidthOf(all)
  const byWidth = byWidthOf(all, INDENT, style)
  // What comes after the ids stands in one column for points and children.
  const textOf = (entry: HistoryEntry, indent: number): string[] =>
    verbose
      ? fullEntryLines(entry, current, context)
      : [line(entry, current, style, { indent, idWidth: idWidth + INDENT - indent, byWidth })]
  const blocks = branches.map(({ point, children }) => [
    ...textOf(point, 0),
    ...children.flatMap((child, index) => {
      const isLast = index === children.length - 1
      const lines = textOf(child, INDENT).map((text, row) => {
        const edge = row === 0 ? (isLast ? last : fork) : isLast ? '   ' : through
        return `${style.dim(edge)}${text}`
      })
      return verbose ? [style.dim(through.trimEnd()), ...lines] : lines
    }),
  ])
  return blocks.map((block) => block.join('\n')).join(verbose ? '\n\n' : '\n')
}
