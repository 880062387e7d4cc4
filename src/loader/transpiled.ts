/** Importing a module that Node does not load itself: as a script where it is harmless, and else through jiti, which resolves as bundlers do. */
import { join } from 'node:path'
import type { Jiti, JitiOptions, ModuleCache } from 'jiti'
import { cacheFolder } from './cache-folder.ts'
import type { Exports } from './native.ts'
import { createKyselyFinder } from './own-kysely.ts'
import { createScriptEvaluator } from './script.ts'

/**
 * Makes a function that evaluates a file. What it imports is evaluated once for all files of this importer, and anew for the next
 * importer.
 *
 * @param root the project's folder: where `paths` of tsconfig.json and the cache are looked for
 */
export function createTranspiler(root: string): (path: string, source: string) => Promise<Exports> {
  const modules: ModuleCache = {}
  const evaluateScript = createScriptEvaluator(root)
  const ownKysely = createKyselyFinder()
  // `import 'dbmig'` is this very copy, also where the project cannot resolve it (a global install). jiti looks for a package anew for
  // each file that imports it, which is a fifth of the time that a revision takes to load: so kysely is given to it too.
  const virtual: Record<string, unknown> = {}
  let instance: Promise<Jiti> | undefined
  return async (path, source) => {
    const exports = await evaluateScript(path, source)
    if (exports !== null) return exports
    instance ??= createInstance(root, virtual)
    const jiti = await instance
    if (source.includes('kysely')) {
      const kysely = await ownKysely(root)
      if (kysely !== null) virtual['kysely'] = kysely
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
