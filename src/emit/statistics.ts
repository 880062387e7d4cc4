/** Writing extended statistics. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Statistics } from '../catalog/statistics.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'

export const statisticsEmitter: KindEmitter<Statistics> = {
  create: ({ object, sides }) => {
    const all = object.measures.length === 0 || object.measures.length === 3
    const measures = all ? '' : ` (${object.measures.join(', ')})`
    const name = sqlName(object, sides.target)
    return [
      raw(`create statistics ${name}${measures} on ${object.on} from ${object.relation}`),
      ...(object.target === null ? [] : [setTarget(object, sides.target)]),
    ]
  },
  drop: ({ object, sides }) => [raw(`drop statistics ${sqlName(object, sides.live)}`)],
  alter: (step) =>
    aspectsOf(step).has('statistics target') ? [setTarget(step.after, step.sides.target)] : [],
  commentTarget: (statistics, catalog) => `statistics ${sqlName(statistics, catalog)}`,
}

function setTarget(statistics: Statistics, catalog: Catalog): Statement {
  return raw(`alter statistics ${sqlName(statistics, catalog)} set statistics ${statistics.target ?? -1}`)
}
