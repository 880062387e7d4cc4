/** Importing a module with Node's own loader and type stripping, and knowing whether its code began to run. */
import { channel } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import module from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { codeFolder, ownIndex } from '../place.ts'
import { hasModuleSyntax } from './syntax.ts'

export type Exports = Record<string, unknown>

/** `evaluated: false` means that not one statement of the module or of what it imports has run. */
export type NativeResult =
  | { readonly ok: true; readonly exports: Exports }
  | { readonly ok: false; readonly evaluated: boolean; readonly error: unknown }

export interface NativeImporter {
  /** Says that a file was loaded in another way: whoever imports it is to see it as it was then. */
  note(path: string): void
  load(path: string): Promise<NativeResult>
}

// `module.registerHooks` (Node 22.15+) as far as it is used here; @types/node 20 does not know it.
interface Resolved {
  readonly url: string
  readonly format?: string | null
}
interface LoadContext {
  readonly format?: string | null
}
interface Hooks {
  resolve(
    specifier: string,
    context: { readonly parentURL?: string },
    next: (specifier: string, context: object) => Resolved,
  ): Resolved
  load(url: string, context: LoadContext, next: (url: string, context: LoadContext) => unknown): unknown
}
type RegisterHooks = (hooks: Hooks) => unknown

const evaluating = channel('dbmig:evaluating')
const FRESH = 'dbmig-load'

/**
 * Whether this Node can load TypeScript by itself and lets us name the format of a file: 22.18 and later. Node 20 is
 * left out for JavaScript too: a CommonJS module that throws while an ES module imports it ends the process there.
 */
export function canImportNatively(): boolean {
  return Boolean(Reflect.get(process.features, 'typescript')) && typeof registerHooks() === 'function'
}

/**
 * Imports ES modules natively. A path that an earlier importer of this process knew is evaluated anew, with all user files that
 * are imported from then on, so that a long-lived process sees edited files.
 */
export function createNativeImporter(): NativeImporter {
  let generation = 0
  const own = new Set<string>()
  const note = (path: string) => {
    if (generation === 0 && importedBefore.has(path) && !own.has(path)) generation = ++generations
    importedBefore.add(path)
    own.add(path)
  }
  return {
    note,
    load(path) {
      useHooks()
      note(path)
      const url = pathToFileURL(path)
      if (generation > 0) url.searchParams.set(FRESH, String(generation))
      return importMarked(url.href)
    },
  }
}

let generations = 0
let loads = 0
let hooked = false
const importedBefore = new Set<string>()

/**
 * A whole static graph is linked before any of it is evaluated, and evaluated in order: a marker that is imported just
 * before the module tells a module that could not be loaded from one whose code threw.
 */
async function importMarked(url: string): Promise<NativeResult> {
  const id = String(++loads)
  let evaluated = false
  const mark = (message: unknown) => {
    if (message === id) evaluated = true
  }
  evaluating.subscribe(mark)
  try {
    const marker = dataModule(
      `import { channel } from 'node:diagnostics_channel'; channel('dbmig:evaluating').publish('${id}')`,
    )
    const entry = dataModule(
      `import ${JSON.stringify(marker)}; export * as exports from ${JSON.stringify(url)}`,
    )
    const loaded: { exports: Exports } = await import(entry)
    return { ok: true, exports: { ...loaded.exports } }
  } catch (error) {
    return { ok: false, evaluated, error }
  } finally {
    evaluating.unsubscribe(mark)
  }
}

function dataModule(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`
}

function registerHooks(): RegisterHooks | undefined {
  return Reflect.get(module, 'registerHooks') as RegisterHooks | undefined
}

function useHooks(): void {
  if (hooked) return
  hooked = true
  registerHooks()?.({ resolve, load })
}

/** Hands freshness down to the user's own files, and finds dbmig itself where the project cannot (a global install). */
const resolve: Hooks['resolve'] = (specifier, context, next) => {
  let found: Resolved
  try {
    found = next(specifier, context)
  } catch (error) {
    if (specifier !== 'dbmig') throw error
    return next(ownIndex.href, context)
  }
  const generation = freshnessOf(context.parentURL)
  if (generation === null || !isUserFile(found.url)) return found
  const url = new URL(found.url)
  url.searchParams.set(FRESH, generation)
  return { ...found, url: url.href }
}

/**
 * Takes a file that is written as an ES module for one, whatever its package.json says: `npm init` writes
 * "type": "commonjs", under which Node refuses it, and without a "type" Node prints a warning.
 */
const load: Hooks['load'] = (url, context, next) => {
  if (!isUserFile(url)) return next(url, context)
  const path = fileURLToPath(url)
  const extension = extname(path)
  if (extension !== '.ts' && extension !== '.js') return next(url, context)
  const format = extension === '.ts' ? 'module-typescript' : 'module'
  if (context.format === format || !hasModuleSyntax(readFileSync(path, 'utf8'))) return next(url, context)
  return next(url, { ...context, format })
}

function isUserFile(url: string): boolean {
  return url.startsWith('file:') && !url.includes('/node_modules/') && !url.startsWith(codeFolder.href)
}

function freshnessOf(parentURL: string | undefined): string | null {
  return parentURL?.startsWith('file:') ? new URL(parentURL).searchParams.get(FRESH) : null
}
