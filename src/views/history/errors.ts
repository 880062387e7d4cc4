/** What can go wrong while the graph of revisions is drawn. */
import { DbmigError } from '../../errors.ts'

export function tooLargeForMermaid(revisions: number): DbmigError {
  return new DbmigError(
    'DIAGRAM_TOO_LARGE',
    `Mermaid refuses a picture of ${revisions} revisions that branch like these: it draws no more than 500 lines and 50,000 characters. Choose --format svg, dot or plantuml, or fewer revisions with --limit or --range.`,
    { exitCode: 2 },
  )
}
