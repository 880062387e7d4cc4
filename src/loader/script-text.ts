/** A module that imports at most names from Kysely, written as a script: Node takes a tenth of the time to evaluate that. */
import { createRequire } from 'node:module'
import { init, parse } from 'es-module-lexer'
import { codeTokens } from './checksum.ts'

await init()
// Node looks through the whole of what is imported for names that it exports: three megabytes.
const { transformSync }: typeof import('@swc/wasm-typescript') = createRequire(import.meta.url)(
  '@swc/wasm-typescript',
)

/** What asks for names of Kysely, and gives them; rejects where there is no such name. */
export type GiveNames = (...names: string[]) => Promise<Readonly<Record<string, unknown>>>

/** What a script evaluates to. */
export type ScriptFunction = (kysely: GiveNames) => Promise<Record<string, unknown>>

const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*(['"])kysely\2$/
const IMPORTED_NAME = /^\s*([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/
const BEFORE_NAME = /^export\s+(?:const|class|(?:async\s+)?function)\s+$/

/** Comments for a script, and not for a module. */
const HTML_COMMENT = /<!--|-->/

/**
 * Writes an ES module as the text of a script whose value is a `ScriptFunction`. Lines stay where they are.
 *
 * @returns null where it imports or exports in any other way than by a list of names from Kysely and by declarations
 * @throws what says that it is not well formed, or has more of TypeScript than types
 */
export function scriptText(module: string, isTypeScript: boolean): string | null {
  if (HTML_COMMENT.test(module) || (isTypeScript && declaresTypes(module))) return null
  const { code } = transformSync(module, { mode: 'strip-only', module: true })
  // JavaScript is well formed then, but may mean another thing: `a < b > (c)`.
  const source = isTypeScript ? code : module
  const [imports, exports] = parse(source)
  let text = source
  const bindings: string[] = []
  for (const found of imports) {
    if (found.type !== 'static' || found.phase !== null || found.attributes !== null) return null
    const statement = source.slice(found.importStart, found.importEnd)
    const names = namesOf(statement)
    if (names === null) return null
    if (names.length > 0) bindings.push(bindingOf(names))
    text = replaced(text, found.importStart, emptied(statement))
  }
  const names: string[] = []
  for (const found of exports) {
    if (found.type !== 'direct' || found.name !== found.localName) return null
    // The second of a list, and a pattern, have more before them.
    if (!BEFORE_NAME.test(source.slice(found.exportStart, found.start))) return null
    text = replaced(text, found.exportStart, emptied('export'))
    names.push(found.name)
  }
  // In a block, as at the top of a module, no name can be declared twice.
  return `(async function () { 'use strict'; { ${bindings.join('')}${text}\nreturn { ${names.join(', ')} }\n}})`
}

/**
 * Whether it declares types of its own. Where the `;` of such a declaration stands before the next statement, as in code without semicolons, it is
 * stripped with it: the statement before would go on.
 */
function declaresTypes(module: string): boolean {
  const tokens = codeTokens(module)
  return tokens.some((token, at) => {
    if (!DECLARING.has(token) || !WORD.test(tokens[at + 1] ?? '')) return false
    return token !== 'type' || /^[=<]$/.test(tokens[at + 2] ?? '')
  })
}

const DECLARING = new Set(['type', 'interface', 'declare', 'abstract'])
const WORD = /^[\p{ID_Start}$_]/u

interface ImportedName {
  readonly name: string
  readonly local: string
}

/** @returns null where the import is of another kind */
function namesOf(statement: string): ImportedName[] | null {
  const [, list] = IMPORT.exec(statement) ?? []
  if (list === undefined) return null
  const names: ImportedName[] = []
  for (const item of list.split(',')) {
    if (item.trim() === '') continue
    const [, name, local = name] = IMPORTED_NAME.exec(item) ?? []
    if (name === undefined || local === undefined) return null
    names.push({ name, local })
  }
  return names
}

function bindingOf(names: readonly ImportedName[]): string {
  const pattern = names.map(({ name, local }) => `${name}: ${local}`).join(', ')
  return `const { ${pattern} } = await arguments[0](${names.map(({ name }) => `'${name}'`).join(', ')}); `
}

/** As long and with as many lines, and ending the statement before it, as what was there did. */
function emptied(statement: string): string {
  return `;${statement.slice(1).replace(/[^\r\n\u2028\u2029]/g, ' ')}`
}

function replaced(text: string, start: number, by: string): string {
  return text.slice(0, start) + by + text.slice(start + by.length)
}
