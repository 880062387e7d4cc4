/** Copying a source to another folder: what it imports by a relative path is imported from there. */
import { basename, dirname, extname, relative, resolve, sep } from 'node:path'
import { boundToPlace, computedImport } from './errors.ts'
import { type ScriptToken, scriptTokens } from './script-tokens.ts'

export interface Move {
  /** Absolute paths of the file. */
  readonly from: string
  readonly to: string
  /** Files that move to the same folder with it, so that they still find each other. */
  readonly together: ReadonlySet<string>
}

/**
 * @returns the source with its relative specifiers as they are seen from the new place
 * @throws IMPORT_COMPUTED_SPECIFIER, IMPORT_BOUND_TO_PLACE with the file and what in it cannot be followed
 */
export function moveImports(source: string, move: Move): string {
  if (dirname(move.from) === dirname(move.to)) return source
  const tokens = scriptTokens(source).filter(({ kind }) => kind !== 'comment')
  let moved = ''
  let done = 0
  for (const [index, token] of tokens.entries()) {
    const specifier = specifierAt(tokens, index, source, move.from)
    if (specifier === undefined) continue
    const name = specifier.text.slice(1, -1)
    if (!/^\.\.?(?:\/|$)/.test(name)) continue
    const quote = specifier.text.charAt(0)
    moved += source.slice(done, specifier.start) + quote + seenFrom(name, move) + quote
    done = specifier.end
    if (token.end > done) done = token.end
  }
  return moved + source.slice(done)
}

/** The specifier that the import at this token names. */
function specifierAt(
  tokens: readonly ScriptToken[],
  index: number,
  source: string,
  file: string,
): ScriptToken | undefined {
  const token = tokens[index]
  if (token?.kind !== 'word' || tokens[index - 1]?.text === '.') return undefined
  const line = () => source.slice(0, token.start).split('\n').length
  const [next, second, third] = tokens.slice(index + 1, index + 4)
  switch (token.text) {
    case '__dirname':
    case '__filename':
      throw boundToPlace(file, line(), token.text)
    case 'from':
      return next?.kind === 'string' ? next : undefined
    case 'import':
      if (next?.text === '.') throw boundToPlace(file, line(), `import.meta${propertyOf(tokens, index + 3)}`)
      if (next?.kind === 'string') return next
      return next?.text === '('
        ? literal(second, third, () => computedImport(file, line(), 'import(…)'))
        : undefined
    case 'require': {
      const [open, name, close] =
        next?.text === '.' ? tokens.slice(index + 3, index + 6) : [next, second, third]
      if (open?.text !== '(') return undefined
      return literal(name, close, () => computedImport(file, line(), 'require(…)'))
    }
    default:
      return undefined
  }
}

function propertyOf(tokens: readonly ScriptToken[], index: number): string {
  return tokens[index]?.text === '.' ? `.${tokens[index + 1]?.text ?? ''}` : ''
}

function literal(
  name: ScriptToken | undefined,
  close: ScriptToken | undefined,
  refuse: () => Error,
): ScriptToken {
  const plain = name?.kind === 'string' || (name?.kind === 'template' && name.text.endsWith('`'))
  if (name === undefined || !plain || !/^[),]$/.test(close?.text ?? '')) throw refuse()
  return name
}

function seenFrom(specifier: string, { from, to, together }: Move): string {
  const target = resolve(dirname(from), specifier)
  if ([...together].some((file) => file === target || withoutExtension(file) === withoutExtension(target))) {
    return `./${basename(target)}`
  }
  const path = relative(dirname(to), target).split(sep).join('/')
  return path.startsWith('.') ? path : `./${path}`
}

function withoutExtension(path: string): string {
  return /^\.[cm]?[jt]s$/.test(extname(path)) ? path.slice(0, -extname(path).length) : path
}
