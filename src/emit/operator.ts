/** Writing operators. */
import type { Operator } from '../catalog/operator.ts'
import { aspectsOf, type KindEmitter, raw } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const operatorEmitter: KindEmitter<Operator> = {
  create: ({ object }) => {
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
    return [raw(`create operator ${operatorName(object)} (\n  ${options.join(',\n  ')}\n)`)]
  },
  drop: ({ object }) => [raw(`drop ${target(object)}`)],
  alter: (step) => {
    const { after } = step
    const aspects = aspectsOf(step)
    const moves = [
      ...(aspects.has('restrict') ? [`restrict = ${after.restrict ?? 'none'}`] : []),
      ...(aspects.has('join') ? [`join = ${after.join ?? 'none'}`] : []),
    ]
    return moves.length === 0 ? [] : [raw(`alter ${target(after)} set (${moves.join(', ')})`)]
  },
  commentTarget: target,
}

/** Always with its schema: PostgreSQL's own operator of the same name and types would be found first. */
function operatorName(operator: Operator): string {
  return `${quoteIdentifier(operator.schema)}.${operator.name}`
}

function target(operator: Operator): string {
  return `operator ${operatorName(operator)} (${operator.left ?? 'none'}, ${operator.right})`
}
