/** Compiling generated types as users do: strict, with either version of Kysely. */
import { join } from 'node:path'
import ts from 'typescript'
import { literal } from '../../src/types/layout.ts'

const repository = join(import.meta.dirname, '../..')
const modules = join(repository, 'node_modules')

const versions = {
  'kysely 0.28': join(modules, 'kysely/dist/esm/index.d.ts'),
  'kysely 0.29': join(modules, 'kysely-29/dist/index.d.ts'),
}

export type KyselyVersion = keyof typeof versions

export const kyselyVersions = Object.keys(versions) as readonly KyselyVersion[]

/**
 * Compiles files that lie in one folder.
 *
 * @param files TypeScript by file name
 * @returns what the compiler says of them
 */
export function compileErrors(
  files: Readonly<Record<string, string>>,
  version: KyselyVersion = 'kysely 0.28',
): string[] {
  const folder = join(repository, 'test/types/nowhere')
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    paths: { kysely: [versions[version]] },
    types: ['node'],
    typeRoots: [join(modules, '@types')],
    skipLibCheck: true,
  }
  const texts = new Map(Object.entries(files).map(([name, text]) => [join(folder, name), text]))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile, directoryExists } = host
  host.directoryExists = (path) => path === folder || (directoryExists?.(path) ?? false)
  host.fileExists = (path) => texts.has(path) || fileExists(path)
  host.readFile = (path) => texts.get(path) ?? readFile(path)
  host.getSourceFile = (path, target, ...rest) => {
    const text = texts.get(path)
    return text === undefined
      ? getSourceFile(path, target, ...rest)
      : ts.createSourceFile(path, text, target, true)
  }
  const program = ts.createProgram([...texts.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line
    const code = file?.text.split('\n')[line]?.trim() ?? ''
    return `${ts.flattenDiagnosticMessageText(messageText, '\n')}: ${code}`
  })
}

/** TypeScript that queries every key of a `Database`. */
export function queriesOf(text: string, module: string): string {
  return `import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { Database } from './${module}'

export type Of<T> = [Selectable<T>, Insertable<T>, Updateable<T>]
declare const db: Kysely<Database>
${keysOf(text)
  .map(
    (key, i) => `export const query${i} = db.selectFrom(${literal(key)}).selectAll()
export type Of${i} = Of<Database[${literal(key)}]>`,
  )
  .join('\n')}
`
}

/** The keys of `Database`, as TypeScript reads them. */
export function keysOf(text: string): string[] {
  const source = ts.createSourceFile('types.ts', text, ts.ScriptTarget.ES2022)
  return source.statements
    .filter(ts.isInterfaceDeclaration)
    .filter(({ name }) => name.text === 'Database')
    .flatMap(({ members }) =>
      members.flatMap(({ name }) =>
        name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? [name.text] : [],
      ),
    )
}
