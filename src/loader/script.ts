/** Evaluating modules that import at most names from Kysely, without any module loader. */
import { createRequire } from 'node:module'
import { isDeepStrictEqual } from 'node:util'
import { Script as Compiled } from 'node:vm'
import { isHarmless } from './harmless.ts'
import { ownKyselyOf } from './own-kysely.ts'
import { createScriptCache, type KnownExports } from './script-cache.ts'
import type { GiveNames, ScriptFunction } from './script-text.ts'

/** Imports of names from Kysely are all that most revisions import. */
const OTHER_IMPORT = /\bimport\b(?!\s+(?:type\s+)?\{[^}]*\}\s*from\s*(['"])kysely\1)/
const NO_SCRIPT = /\b(?:require|module|exports|__filename|__dirname|export\s+default)\b/

type Exports = Readonly<Record<string, unknown>>

/**
 * Evaluates a module that imports at most names from Kysely. Its types are stripped by what Node itself strips them with, on every Node.
 *
 * A module that is known to be harmless is evaluated when one of its functions is called: that gives the same, whenever it is done.
 *
 * @returns its exports; null where it is for another loader, before any code of the file has run
 * @throws what the file's own code throws
 */
export type EvaluateScript = (path: string, source: string) => Promise<Exports | null>

/** @param root the project's folder */
export function createScriptEvaluator(root: string): EvaluateScript {
  const cache = createScriptCache(root)
  const ownKysely = ownKyselyOf(root)
  const hasNames = async (names: readonly string[]) => {
    const kysely = await ownKysely()
    return kysely !== null && names.every((name) => Object.hasOwn(kysely, name))
  }
  let writing: Promise<WriteScript> | undefined

  async function evaluate(text: string, path: string): Promise<Evaluated | null> {
    const run = compiled(text, path)
    if (run === null) return null
    const imports: string[] = []
    const missing = new Error()
    const giveNames: GiveNames = async (...names) => {
      const kysely = await ownKysely()
      if (kysely === null || !(await hasNames(names))) throw missing
      imports.push(...names)
      return kysely
    }
    try {
      return { imports, exports: await run(giveNames) }
    } catch (error) {
      // What is imported comes before everything else.
      if (error === missing) return null
      throw error
    }
  }

  async function evaluateNew(key: string, path: string, source: string): Promise<Exports | null> {
    writing ??= scriptWriter()
    const text = (await writing)(source, path.endsWith('ts'))
    const evaluated = text === '' ? null : await evaluate(text, path)
    // There will be time while the server works.
    setImmediate(() => {
      if (evaluated === null) cache.write(key, { text: '', known: null })
      else cache.write(key, { text, known: isHarmless(source) ? knownOf(evaluated) : null })
    })
    return evaluated?.exports ?? null
  }

  return async (path, source) => {
    if (OTHER_IMPORT.test(source) || NO_SCRIPT.test(source)) return null
    // It is read from the disk while the scripts are.
    void ownKysely()
    const key = cache.keyOf(source, path)
    const script = cache.read(key)
    if (script === null) return evaluateNew(key, path, source)
    if (script.text === '') return null
    const { known } = script
    if (known !== null && (await hasNames(known.imports))) {
      return whenCalled(known, () => evaluate(script.text, path))
    }
    return (await evaluate(script.text, path))?.exports ?? null
  }
}

interface Evaluated {
  /** Names from Kysely. */
  readonly imports: readonly string[]
  readonly exports: Exports
}

/** Null where a file cannot hold all that it exports besides functions. */
function knownOf({ imports, exports }: Evaluated): KnownExports | null {
  const functions: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === 'function') functions.push(name)
    else values[name] = value
  }
  return isDeepStrictEqual(JSON.parse(JSON.stringify(values)), values) ? { imports, functions, values } : null
}

function whenCalled({ functions, values }: KnownExports, evaluate: () => Promise<Evaluated | null>): Exports {
  let evaluated: Promise<Evaluated | null> | undefined
  const call = (name: string) => async (db: unknown) => {
    evaluated ??= evaluate()
    const called = (await evaluated)?.exports[name]
    if (typeof called !== 'function') throw new Error(`${name} is not what it was when it was kept`)
    return called(db)
  }
  return { ...values, ...Object.fromEntries(functions.map((name) => [name, call(name)])) }
}

/** Null where there is something wrong with it: another loader says what. */
function compiled(text: string, filename: string): ScriptFunction | null {
  try {
    return new Compiled(text, { filename }).runInThisContext()
  } catch {
    return null
  }
}

/** @returns '' where a source is no script, or not well formed: another loader says what is wrong with it */
type WriteScript = (source: string, isTypeScript: boolean) => string

async function scriptWriter(): Promise<WriteScript> {
  const { scriptText } = await import('./script-text.ts')
  // Node looks through the whole of what is imported for names that it exports: three megabytes.
  const { transformSync }: typeof import('@swc/wasm-typescript') = createRequire(import.meta.url)(
    '@swc/wasm-typescript',
  )
  return (source, isTypeScript) => {
    try {
      const code = isTypeScript ? transformSync(source, { mode: 'strip-only', module: true }).code : source
      return scriptText(code) ?? ''
    } catch {
      return ''
    }
  }
}
