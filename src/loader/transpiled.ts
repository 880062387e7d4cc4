/** Importing a module through jiti, which transpiles TypeScript and resolves as bundlers do. */
import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Script } from 'node:vm'
import type { Jiti, JitiOptions, ModuleCache } from 'jiti'
import type { Exports } from './native.ts'

/**
 * Makes a function that evaluates a file through jiti. What it imports is evaluated once for all files of this importer,
 * and anew for the next importer.
 *
 * @param root the project's folder: where `paths` of tsconfig.json and the cache are looked for
 */
export function createTranspiler(root: string): (path: string, source: string) => Promise<Exports> {
  const modules: ModuleCache = {}
  // `import 'dbmig'` is this very copy, also where the project cannot resolve it (a global install). jiti looks for a package anew for
  // each file that imports it, which is a fifth of the time that a revision takes to load: so kysely is given to it too.
  const virtual: Record<string, unknown> = {}
  let instance: Promise<Jiti> | undefined
  let ownKysely: boolean | undefined
  return async (path, source) => {
    instance ??= createInstance(root, virtual)
    const jiti = await instance
    if (source.includes('kysely') && virtual['kysely'] === undefined) {
      ownKysely ??= isOwnKysely(root)
      if (ownKysely) virtual['kysely'] = await import('kysely')
    }
    if (!modules[path]?.loaded) {
      const simple = await evaluateSimple(jiti, path, source, virtual['kysely'])
      if (simple !== null) {
        const module = Object.assign(new Module(path), { exports: simple, loaded: true })
        Object.assign(modules, { [path]: module })
        return exportsOf(simple)
      }
    }
    try {
      // jiti's own `import` runs a JavaScript file that throws a second time, transpiled; a transpiled one runs once.
      await jiti.evalModule(source, { filename: path, async: true, forceTranspile: true, cache: modules })
    } catch (error) {
      // What a module that did load is wrapped in throws where its default export is null.
      if (!modules[path]?.loaded) {
        // A module that failed must not look loaded to the next file that imports it.
        for (const [name, module] of Object.entries(modules)) if (!module.loaded) delete modules[name]
        throw error
      }
    }
    return exportsOf(modules[path]?.exports)
  }
}

/** Imports of names from Kysely are all that most revisions import. */
const OTHER_IMPORT = /\bimport\b(?!\s+(?:type\s+)?\{[^}]*\}\s*from\s*(['"])kysely\1)/
const OF_COMMONJS = /\b(?:require|module|exports|__filename|__dirname)\b/
/** What jiti writes for it needs more than `exports` and `require`. */
const NEEDS_MORE = /\b(?:module|jiti\w+|__JITI_ERROR__)\b/

/**
 * Evaluates a module that imports at most names from Kysely, as jiti transpiles it. That takes a sixth of the time of jiti's own
 * evaluation, which makes a resolver for each module: a third of a second for 1,000 files.
 *
 * @returns its exports; null where it is for jiti after all, before any code of the file has run
 */
async function evaluateSimple(
  jiti: Jiti,
  path: string,
  source: string,
  kysely: unknown,
): Promise<object | null> {
  if (OTHER_IMPORT.test(source) || OF_COMMONJS.test(source)) return null
  let evaluate: (exports: object, require: (name: string) => unknown) => Promise<void>
  try {
    const code = jiti.transform({ source, filename: path, ts: /ts$/.test(path), async: false })
    if (NEEDS_MORE.test(code)) return null
    // A module may wait at its top.
    const script = new Script(`(async function (exports, require) {${code}\n})`, { filename: path })
    evaluate = script.runInThisContext()
  } catch {
    // jiti says what is wrong with it, if anything is.
    return null
  }
  const exports = {}
  const unknown = new Error()
  try {
    // What is imported comes before everything else.
    await evaluate(exports, (name) => {
      if (name !== 'kysely' || kysely === undefined) throw unknown
      return kysely
    })
  } catch (error) {
    if (error === unknown) return null
    throw error
  }
  return exports
}

async function createInstance(root: string, virtual: Record<string, unknown>): Promise<Jiti> {
  const [{ createJiti }, dbmig] = await Promise.all([import('jiti'), import('../index.ts')])
  Object.assign(virtual, { dbmig })
  const options: JitiOptions = {
    fsCache: cacheFolder(root),
    // Modules are remembered per importer, not in Node's require.cache.
    moduleCache: false,
    // What is not TypeScript is Node's: jiti would run a .js or .mjs file that throws twice.
    extensions: ['.ts', '.mts', '.cts', '.tsx'],
    virtualModules: virtual,
  }
  const id = join(root, 'dbmig.js')
  try {
    return createJiti(id, { ...options, tsconfigPaths: true })
  } catch {
    // A tsconfig.json that extends a package which is not installed (in production) must not stop a migration; an
    // import that needed its `paths` says by itself that it is not found.
    return createJiti(id, { ...options, tsconfigPaths: false })
  }
}

/** Whether `import 'kysely'` means the same copy in the project as here. */
function isOwnKysely(root: string): boolean {
  const found = (from: string) => {
    try {
      return createRequire(from).resolve('kysely')
    } catch {
      return null
    }
  }
  const own = found(import.meta.url)
  return own !== null && own === found(join(root, 'dbmig.js'))
}

/** The folder for transpiled files: never beside the user's own. False: none that is safe to use. */
function cacheFolder(root: string): string | false {
  const modules = join(root, 'node_modules')
  if (existsSync(modules)) return join(modules, '.cache', 'dbmig')
  // What lies in the folder is run: in a shared temporary folder it must be ours alone. (Windows has no user numbers,
  // and a temporary folder for each user.)
  const user = process.getuid?.()
  const folder = join(tmpdir(), user === undefined ? 'dbmig' : `dbmig-${user}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    const shared = user !== undefined && (found.uid !== user || (found.mode & 0o022) !== 0)
    return found.isDirectory() && !shared ? folder : false
  } catch {
    return false
  }
}

/** A plain record of what a module exports. */
function exportsOf(module: unknown): Exports {
  if ((typeof module !== 'object' || module === null) && typeof module !== 'function')
    return { default: module }
  // CommonJS: what is assigned to `module.exports` is the default export, as in Node.
  const isModule = Object.hasOwn(module, '__esModule')
  const isAssigned = Object.keys(module).length > 0 || typeof module === 'function'
  return !isModule && isAssigned && !Object.hasOwn(module, 'default')
    ? { ...module, default: module }
    : { ...module }
}
