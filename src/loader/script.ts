/** Evaluating harmless revisions, which are most, without any module loader. */
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Script } from 'node:vm'
import { isHarmless } from './harmless.ts'
import { createKyselyFinder } from './own-kysely.ts'
import { createScriptCache, type KnownExports } from './script-cache.ts'
import type { GiveNames, ScriptFunction } from './script-text.ts'

type Exports = Readonly<Record<string, unknown>>

/**
 * Evaluates a revision that can touch nothing but its `db` (see `isHarmless`). Whoever else imports it evaluates it for itself and cannot tell
 * the difference. Its types are stripped by what Node itself strips them with, on every Node.
 *
 * One that was evaluated before, by this process or another, is evaluated again only when one of its functions is called: it gives always the same.
 *
 * @returns its exports; null where the file is for another loader, before any of its code has run
 */
export type EvaluateScript = (path: string, source: string) => Promise<Exports | null>

/** @param root the project's folder */
export function createScriptEvaluator(root: string): EvaluateScript {
  const cache = createScriptCache(root)
  const ownKysely = createKyselyFinder()
  let writer: Promise<typeof import('./script-text.ts')> | undefined

  async function textOf(source: string, path: string): Promise<string | null> {
    try {
      writer ??= import('./script-text.ts')
      return (await writer).scriptText(source, path.endsWith('ts'))
    } catch {
      // It is not well formed, and another loader says how; or there is no WebAssembly, as with `--jitless` or where little address
      // space may be taken, which the other loaders do without.
      return null
    }
  }

  async function evaluate(text: string, path: string): Promise<Evaluated | null> {
    const run = compiled(text, path)
    if (run === null) return null
    const imports: string[] = []
    const missing = new Error()
    const giveNames: GiveNames = async (...names) => {
      const kysely = await ownKysely(dirname(path))
      if (!hasNames(kysely, names)) throw missing
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
    const text = await textOf(source, path)
    const evaluated = text === null ? null : await evaluate(text, path)
    if (text === null || evaluated === null) return null
    // There will be time while the server works.
    setImmediate(() => {
      const known = knownOf(evaluated)
      if (known !== null) cache.write(key, { text, known })
    })
    return evaluated.exports
  }

  return async (path, source) => {
    const key = cache.keyOf(source, path)
    const kept = cache.read(key)
    if (kept === null) return isHarmless(source) ? evaluateNew(key, path, source) : null
    const { text, known } = kept
    if (!hasNames(await ownKysely(dirname(path)), known.imports)) return null
    return whenCalled(known, () => evaluate(text, path))
  }
}

function hasNames(kysely: object | null, names: readonly string[]): kysely is Exports {
  return kysely !== null && names.every((name) => Object.hasOwn(kysely, name))
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
  const json = JSON.stringify(values, (_, value) => (typeof value === 'bigint' ? null : value))
  return isDeepStrictEqual(JSON.parse(json), values) ? { imports, functions, values } : null
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
    return new Script(text, { filename }).runInThisContext()
  } catch {
    return null
  }
}
