/** Writing the options of foreign objects. */
import { quoteIdentifier, quoteLiteral } from './sql.ts'

/** ` options (a 'b')`, or nothing. */
export function optionsClause(options: readonly string[]): string {
  return options.length === 0 ? '' : ` options (${options.map(optionSql).join(', ')})`
}

/** ` options (set a 'b', add c 'd', drop e)`: from one list to the other. */
export function optionMoves(before: readonly string[], after: readonly string[]): string {
  const old = new Set(before.map(optionName))
  const wanted = new Set(after.map(optionName))
  const moves = [
    ...[...old].filter((name) => !wanted.has(name)).map((name) => `drop ${quoteIdentifier(name)}`),
    ...after
      .filter((option) => !before.includes(option))
      .map((option) => `${old.has(optionName(option)) ? 'set' : 'add'} ${optionSql(option)}`),
  ]
  return moves.length === 0 ? '' : ` options (${moves.join(', ')})`
}

function optionName(option: string): string {
  return option.slice(0, option.indexOf('='))
}

function optionSql(option: string): string {
  return `${quoteIdentifier(optionName(option))} ${quoteLiteral(option.slice(option.indexOf('=') + 1))}`
}
