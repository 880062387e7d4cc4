/** Writing operators. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Operator } from '../catalog/operator.ts'
import { aspectsOf, type KindEmitter, raw } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const operatorEmitter: KindEmitter<Operator> = {
  create: ({ object, sides }) => {
    const { left, commutator, negator, restrict, join } = object
    const option = (word: string, value: string | null): string[] =>
      value === null ? [] : [`${word} = ${value}`]
    const options = [
      `function = ${object.function}`,
      ...option('leftarg', left),
      `rightarg = ${object.right}`,
      ...option('commutator', commutator === null ? null : `operator(${commutator})`),
      ...option('negator', negator === null ? null : `operator(${negator})`),
      ...option('restrict', restrict),
      ...option('join', join),
      ...(object.hashes ? ['hashes'] : []),
      ...(object.merges ? ['merges'] : []),
    ]
    return [raw(`create operator ${operatorName(object, sides.target)} (\n  ${options.join(',\n  ')}\n)`)]
  },
  drop: ({ object, sides }) => [raw(`drop ${target(object, sides.live)}`)],
  alter: (step) => {
    const { after, sides } = step
    const aspects = aspectsOf(step)
    const moves = [
      ...(aspects.has('restrict') ? [`restrict = ${after.restrict ?? 'none'}`] : []),
      ...(aspects.has('join') ? [`join = ${after.join ?? 'none'}`] : []),
    ]
    return moves.length === 0 ? [] : [raw(`alter ${target(after, sides.target)} set (${moves.join(', ')})`)]
  },
  commentTarget: target,
}

function operatorName(operator: Operator, catalog: Catalog): string {
  return operator.schema === catalog.defaultSchema
    ? operator.name
    : `${quoteIdentifier(operator.schema)}.${operator.name}`
}

function target(operator: Operator, catalog: Catalog): string {
  return `operator ${operatorName(operator, catalog)} (${operator.left ?? 'none'}, ${operator.right})`
}
