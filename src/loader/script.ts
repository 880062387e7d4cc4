/** Evaluating modules that import at most names from Kysely, without any module loader. */
import { Script } from 'node:vm'
import { ownKyselyOf } from './own-kysely.ts'
import { keptScripts } from './script-cache.ts'
import type { GiveNames, ScriptFunction } from './script-text.ts'

/** Imports of names from Kysely are all that most revisions import. */
const OTHER_IMPORT = /\bimport\b(?!\s+(?:type\s+)?\{[^}]*\}\s*from\s*(['"])kysely\1)/
const NO_SCRIPT = /\b(?:require|module|exports|__filename|__dirname|export\s+default)\b/

/**
 * Evaluates a module that imports at most names from Kysely. Its types are stripped by what Node itself strips them with, on every Node.
 *
 * @returns its exports; null where it is for another loader, before any code of the file has run
 * @throws what the file's own code throws
 */
export type EvaluateScript = (path: string, source: string) => Promise<Record<string, unknown> | null>

/** @param root the project's folder */
export function createScriptEvaluator(root: string): EvaluateScript {
  const ownKysely = ownKyselyOf(root)
  const textOf = keptScripts(root, async () => {
    const [{ transformSync }, { scriptText }] = await Promise.all([
      import('@swc/wasm-typescript'),
      import('./script-text.ts'),
    ])
    return (source, isTypeScript) =>
      scriptText(isTypeScript ? transformSync(source, { mode: 'strip-only', module: true }).code : source)
  })
  return async (path, source) => {
    if (OTHER_IMPORT.test(source) || NO_SCRIPT.test(source)) return null
    // It is read from the disk while the scripts are.
    void ownKysely()
    const text = await textOf(source, path.endsWith('ts'))
    const evaluate = text === '' ? null : compiled(text, path)
    if (evaluate === null) return null
    const notThere = new Error()
    const names: GiveNames = async (...asked) => {
      const kysely = await ownKysely()
      if (kysely !== null && asked.every((name) => Object.hasOwn(kysely, name))) return kysely
      throw notThere
    }
    try {
      return await evaluate(names)
    } catch (error) {
      // What is imported comes before everything else.
      if (error === notThere) return null
      throw error
    }
  }
}

/** Null where there is something wrong with it: another loader says what. */
function compiled(text: string, filename: string): ScriptFunction | null {
  try {
    return new Script(text, { filename }).runInThisContext()
  } catch {
    return null
  }
}
