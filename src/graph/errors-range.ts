/** What can be wrong with the way that a range leads. */

import { DbmigError } from '../errors.ts'

/** @param isSwapped whether the range would lead the right way from its end to its start */
export function rangeDirection(
  from: string,
  to: string,
  command: 'upgrade' | 'downgrade',
  isSwapped: boolean,
): DbmigError {
  const [own, rule] =
    command === 'upgrade'
      ? ['an upgrade leads up', 'from the lower revision to the higher']
      : ['a downgrade leads down', 'from the higher revision to the lower']
  const other = command === 'upgrade' ? 'downgrade' : 'upgrade'
  const way = isSwapped
    ? `"${from}:${to}" leads ${command === 'upgrade' ? 'down' : 'up'}. Write "${to}:${from}", or use "dbmig ${other} ${from}:${to} --sql".`
    : `"${to}" is not below "${from}". Name a revision that is.`
  return new DbmigError('GRAPH_RANGE_DIRECTION', `The range of ${own}, ${rule}, and ${way}`)
}
