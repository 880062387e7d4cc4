/** The files of a pulled declaration: one, one per schema, or one per table, and what is written into each. */
import { basename, dirname, extname, join } from 'node:path'
import type { Catalog } from '../../catalog/catalog.ts'
import { runScript } from '../../comparison/copy-schema.ts'
import { layOut } from '../../comparison/layout.ts'
import type { Plan } from '../../diff/change.ts'
import { declarationIndex, declarationIntroduction, declarationSource } from '../../emit/declaration.ts'
import { fileNameOf, identifierOf, Names } from '../../emit/declaration-names.ts'
import { type Part, partsOf, runnableParagraphs } from '../../emit/declaration-parts.ts'
import type { Statement } from '../../emit/emitter.ts'
import { statementsScript } from '../../emit/script.ts'
import type { Language } from '../../emit/template.ts'
import { recordSql } from '../../runner/record-sql.ts'

export type PullSplit = 'none' | 'schema' | 'table'

export interface DeclarationFile {
  /** Absolute. */
  readonly path: string
  readonly source: string
  /** The one that the configuration names, which lists the others. */
  readonly isIndex: boolean
}

export interface Declaration {
  /** The index last: what it imports is there before it. */
  readonly files: readonly DeclarationFile[]
  readonly split: PullSplit
}

export interface DeclarationStyle {
  /** Absolute path of the file that the configuration names. */
  readonly path: string
  /** By the size of the whole unless told: one file, where it is not long. */
  readonly split: PullSplit | undefined
  /** What stands behind the names of imported files: `.ts`, or `.js` where TypeScript wants that. */
  readonly importExtension: string
}

/** More lines than this are hard to find anything in. */
const LONGEST_FILE = 500

/**
 * The declaration of what a plan makes.
 *
 * @param plan from nothing to the catalog
 */
export async function declarationFiles(
  plan: Plan,
  catalog: Catalog,
  style: DeclarationStyle,
): Promise<Declaration> {
  if (style.path.endsWith('.sql')) {
    const source = await sqlSource(runnableParagraphs(plan, catalog))
    return { files: [{ path: style.path, source, isIndex: true }], split: 'none' }
  }
  const parts = partsOf(plan, catalog)
  const language = languageOf(style.path)
  const single = (): Declaration => ({
    files: [{ path: style.path, source: moduleSource(parts, language, true), isIndex: true }],
    split: 'none',
  })
  if (style.split === 'none') return single()
  if (style.split === undefined) {
    const whole = single()
    if (whole.files.every(({ source }) => source.split('\n').length <= LONGEST_FILE)) return whole
  }
  const split = style.split ?? 'table'
  return { files: splitFiles(parts, catalog, split, style), split }
}

function languageOf(path: string): Language {
  return /\.m?ts$/.test(path) ? 'typescript' : 'javascript'
}

function moduleSource(parts: readonly Part[], language: Language, isIndex = false): string {
  return declarationSource(
    parts.flatMap(({ paragraphs }) => paragraphs),
    language,
    isIndex ? declarationIntroduction : [],
  )
}

/** A file of the declaration, before it has a name that is its own. */
interface Leaf {
  /** Folders and the file's name, without its extension. */
  readonly place: readonly string[]
  readonly identifier: readonly string[]
  readonly parts: Part[]
}

function splitFiles(
  parts: readonly Part[],
  catalog: Catalog,
  split: PullSplit,
  { path, importExtension }: DeclarationStyle,
): DeclarationFile[] {
  const extension = extname(path)
  const folder = basename(path, extension)
  const language = languageOf(path)
  const files = new Names()
  const identifiers = new Names(['defineSchema'])
  const modules: { readonly name: string; readonly specifier: string }[] = []
  const leaves = leavesOf(parts, catalog, split).map(({ place, identifier, parts }): DeclarationFile => {
    const name = files.give(place.join('/'), '-')
    modules.push({
      name: identifiers.give(identifierOf(...identifier), '_'),
      specifier: `./${folder}/${name}${importExtension}`,
    })
    return {
      path: join(dirname(path), folder, `${name}${extension}`),
      source: moduleSource(parts, language),
      isIndex: false,
    }
  })
  return [...leaves, { path, source: declarationIndex(modules, declarationIntroduction), isIndex: true }]
}

function leavesOf(parts: readonly Part[], catalog: Catalog, split: PullSplit): Leaf[] {
  // Two schemas whose names are one on some file system get folders of their own.
  const folders = new Names()
  const folderOf = new Map<string, string>()
  const leaves = new Map<string, Leaf>()
  for (const part of split === 'schema' ? bySchema(parts) : parts) {
    const { kind, schema, table } = part
    if (schema !== null && !folderOf.has(schema))
      folderOf.set(schema, folders.give(fileNameOf(schema, 'schema'), '-'))
    const folder = schema === null ? null : (folderOf.get(schema) ?? null)
    // What is in the schema that needs no qualification needs none here.
    const words = schema === null || schema === catalog.defaultSchema ? [] : [schema]
    const leaf: Leaf =
      folder === null
        ? { place: [fileNameOf(kind, 'database')], identifier: [kind], parts: [] }
        : split === 'schema'
          ? { place: [folder], identifier: [schema ?? '', 'schema'], parts: [] }
          : table === null
            ? { place: [folder, fileNameOf(kind, 'objects')], identifier: [...words, kind], parts: [] }
            : {
                place: [folder, 'tables', fileNameOf(table, 'table')],
                identifier: [...words, table, 'table'],
                parts: [],
              }
    const key = JSON.stringify(split === 'schema' ? [schema ?? kind, schema === null] : [kind, schema, table])
    const known = leaves.get(key) ?? leaf
    known.parts.push(part)
    leaves.set(key, known)
  }
  return [...leaves.values()]
}

/** What is in no schema stays where it is: before all schemas, or after them. */
function bySchema(parts: readonly Part[]): Part[] {
  const first = parts.filter(({ kind }) => kind === 'database')
  const last = parts.filter(({ kind, schema }) => kind !== 'database' && schema === null)
  const schemas = [...new Set(parts.map(({ schema }) => schema))].filter((schema) => schema !== null).sort()
  const inSchemas = schemas.flatMap((name) => parts.filter(({ schema }) => schema === name))
  return [...first, ...inSchemas, ...last]
}

const SQL_INTRODUCTION = declarationIntroduction
  .map((line) => `--${line === '' ? '' : ` ${line}`}\n`)
  .join('')

/** The statements laid out as SQL, for dbmig and for psql alike. */
async function sqlSource(paragraphs: readonly (readonly Statement[])[]): Promise<string> {
  const recorded = await recordSql((db) => runScript(statementsScript(paragraphs.flat()), db))
  let from = 0
  const texts = paragraphs.map(({ length }) => {
    const own = recorded.slice(from, from + length)
    from += length
    return own.map((statement) => `${layOut(statement)};\n`).join('')
  })
  return `${SQL_INTRODUCTION}\n${texts.join('\n')}`
}
