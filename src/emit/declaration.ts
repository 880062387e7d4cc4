/** Modules of a declared schema as source: what `defineSchema` takes, and the module that lists the others. */
import type { Statement } from './emitter.ts'
import { renderStatement } from './plan.ts'
import { quoteString } from './source.ts'
import type { Language } from './template.ts'

/** The words at the top of the declaration, for whoever opens it first. */
export const declarationIntroduction: readonly string[] = [
  'The schema that the database shall have. Edit it, then run:',
  '',
  '  npx dbmig revision --autogenerate -m "what changed"',
  '  npx dbmig upgrade head',
]

/**
 * A module that declares statements.
 *
 * @param paragraphs with a line between them
 * @param introduction a comment above the schema, by its lines
 */
export function declarationSource(
  paragraphs: readonly (readonly Statement[])[],
  language: Language,
  introduction: readonly string[] = [],
): string {
  const types = language === 'typescript'
  const elements = paragraphs.map((statements) =>
    statements.map((statement) => `${renderStatement(statement, { types, declared: true })},\n`).join(''),
  )
  const used = [
    ...(paragraphs.some((statements) => statements.some(({ form }) => form === 'builder')) ? ['schema'] : []),
    ...(elements.some((code) => SQL_TAG.test(code)) ? ['sql'] : []),
  ]
  const body = elements.length === 0 ? '[]' : `[\n${elements.join('\n')}]`
  return module([], introduction, `(${used.length === 0 ? '' : `{ ${used.join(', ')} }`}) => ${body}`)
}

const SQL_TAG = /\bsql(?:<[a-z]+>)?`/

/** Another module of the declaration. */
export interface DeclarationModule {
  /** What it is called where it is imported: an identifier. */
  readonly name: string
  /** As the import names it: `./schema/public/types.ts`. */
  readonly specifier: string
}

/** The module that lists others. */
export function declarationIndex(
  modules: readonly DeclarationModule[],
  introduction: readonly string[] = [],
): string {
  const imports = modules.map(({ name, specifier }) => `import ${name} from ${quoteString(specifier)}\n`)
  return module(imports, introduction, `() => [\n${modules.map(({ name }) => `  ${name},\n`).join('')}]`)
}

function module(imports: readonly string[], introduction: readonly string[], define: string): string {
  const comment = introduction.map((line) => `//${line === '' ? '' : ` ${line}`}\n`).join('')
  return `import { defineSchema } from 'dbmig'\n${imports.join('')}\n${comment}export default defineSchema(${define})\n`
}
