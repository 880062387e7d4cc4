/** Writing the statistics targets of indexes, also of those that constraints are made with: expressions alone have one. */
import type { Catalog } from '../catalog/catalog.ts'
import { type Indexed, partsWithOtherStatistics } from '../diff/attached.ts'
import type { Sides } from '../diff/change.ts'
import { raw, type Statement, sqlName } from './emitter.ts'

/** The statistics of an index, and then of those there below it that have others: what is set above reaches them. */
export function allStatistics(index: Indexed, sides: Sides): Statement[] {
  const { target } = sides
  return [
    ...index.statistics.map((setting) => statistics(index, setting, target)),
    ...partsWithOtherStatistics(index, sides).flatMap((part) => [
      ...without(index, part).map((setting) => statistics(part, setting, target)),
      ...allStatistics(part, sides),
    ]),
  ]
}

/** From the statistics of one state to those of another. */
export function statisticsMoves(before: Indexed, after: Indexed, sides: Sides): Statement[] {
  return [
    ...without(before, after).map((setting) => statistics(after, setting, sides.target)),
    ...allStatistics(after, sides),
  ]
}

/** What takes away the statistics of columns that have none after. */
function without(before: Indexed, after: Indexed): string[] {
  const columnOf = (setting: string): string | undefined => setting.split('=')[0]
  const kept = new Set(after.statistics.map(columnOf))
  return before.statistics.flatMap((setting) =>
    kept.has(columnOf(setting)) ? [] : [`${columnOf(setting)}=-1`],
  )
}

function statistics(index: Indexed, setting: string, catalog: Catalog): Statement {
  const [column, target] = setting.split('=')
  return raw(`alter index ${sqlName(index, catalog)} alter column ${column} set statistics ${target}`)
}
