/** Comments on the columns of views and materialized views, which are no objects of their own. */
import type { RelationColumn } from '../catalog/relation-columns.ts'
import type { Difference } from './change.ts'
import { difference } from './differ.ts'

export const COLUMN_COMMENTS = 'column comments'

/** One difference for all of them. */
export function columnComments(
  before: readonly RelationColumn[],
  after: readonly RelationColumn[],
): Difference[] {
  return difference(COLUMN_COMMENTS, said(before), said(after))
}

function said(columns: readonly RelationColumn[]): string | null {
  const comments = columns.flatMap((column) =>
    column.comment === null ? [] : [`${column.name}: ${column.comment}`],
  )
  return comments.length === 0 ? null : comments.join('; ')
}
