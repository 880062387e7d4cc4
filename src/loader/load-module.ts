/** Loading a user's module (configuration, schema, revision), TypeScript or JavaScript, on every Node that dbmig runs on. */
import { resolve } from 'node:path'
import { importNotFound, syntaxError } from './errors.ts'
import { canImportNatively, createNativeImporter, type Exports, type NativeImporter } from './native.ts'
import { readText } from './read-text.ts'
import type { EvaluateScript } from './script.ts'
import { isModuleFile } from './syntax.ts'

export interface ModuleLoader {
  /**
   * Imports a file; a second call for the same file gives the same exports.
   *
   * @param path absolute, or relative to the loader's root
   * @param source its text, where that was read already, as that of a revision is
   * @returns its exports by name; those of a CommonJS file with `module.exports` as `default`
   * @throws DbmigError when the file is missing, has a syntax error, or imports what is not there; anything that the
   *   file's own code throws, as it is
   */
  load(path: string, source?: string): Promise<Exports>
}

/**
 * Revisions that can touch nothing but their `db` are evaluated as scripts. All else Node loads itself where it can strip types (22.18 and
 * later); what it cannot load without running any of it (enums, `paths`, extensionless imports, decorators), CommonJS, and
 * everything on Node 20 goes through jiti. Code that threw is never run a second time.
 *
 * A loader remembers what it has loaded; a new loader sees the files as they are now.
 */
export function createModuleLoader(options: { readonly root: string }): ModuleLoader {
  const loaded = new Map<string, Promise<Exports>>()
  let native: NativeImporter | undefined
  // Commands that import nothing are many.
  let script: Promise<EvaluateScript> | undefined
  let transpiler: Promise<(path: string, source: string) => Promise<Exports>> | undefined

  async function importNatively(path: string, known: string | undefined): Promise<Exports | null> {
    native ??= createNativeImporter()
    // Of what others have read already, revisions, there may be thousands.
    if (known !== undefined) {
      script ??= import('./script.ts').then(({ createScriptEvaluator }) =>
        createScriptEvaluator(options.root),
      )
      const evaluate = await script
      const exports = await evaluate(path, known)
      if (exports !== null) {
        native.note(path)
        return exports
      }
    }
    const result = await native.load(path)
    if (result.ok) return result.exports
    if (result.evaluated) throw result.error
    return null
  }

  async function importFile(path: string, known: string | undefined): Promise<Exports> {
    const source = known ?? readText(path)
    try {
      const exports =
        canImportNatively() && isModuleFile(path, source) ? await importNatively(path, known) : null
      if (exports !== null) return exports
      transpiler ??= import('./transpiled.ts').then(({ createTranspiler }) => createTranspiler(options.root))
      const transpile = await transpiler
      return await transpile(path, source)
    } catch (error) {
      throw explained(error, path)
    }
  }

  return {
    load(path, source) {
      const absolute = resolve(options.root, path)
      const known = loaded.get(absolute)
      if (known !== undefined) return known
      const loading = importFile(absolute, source)
      loaded.set(absolute, loading)
      return loading
    },
  }
}

/** The sentence for a module that could not be loaded; what the module's own code threw stays as it is. */
function explained(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error
  const parsed = /^ParseError: (?<reason>[\s\S]*?)\s*\n\s*(?<file>\S.*?):(?<line>\d+):\d+\s*$/.exec(
    error.message,
  )
  if (parsed?.groups !== undefined) {
    const { reason = '', file = path, line = '' } = parsed.groups
    return syntaxError(file, Number(line), reason, error)
  }
  const code: unknown = Reflect.get(error, 'code')
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') return importNotFound(path, error)
  if (error instanceof SyntaxError) {
    // V8 puts `file:line` of a file that it cannot compile above the stack.
    const place = /^(?:file:\/\/)?(?<file>\S.*?):(?<line>\d+)\n/.exec(error.stack ?? '')?.groups
    if (place !== undefined) {
      const { file = path, line } = place
      return syntaxError(file, Number(line), error.message, error)
    }
  }
  return error
}
