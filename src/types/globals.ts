/** The names in overrides that mean types of the language, which an interface of the same name would hide. */
import type { Override, Overrides } from './overrides.ts'

/** A string, or a name with what stands before it and behind it. */
const word =
  /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|((?<!\.)\.\s*)?([\p{ID_Start}_$][\p{ID_Continue}$]*)(\s*[<.])?/gsu

/** Those of ECMAScript that are no generic ones. */
const plain: ReadonlySet<string> = new Set([
  ...['Object', 'Function', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'Error', 'RegExp', 'Date'],
  ...['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray'],
  ...['Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array'],
  ...['Float16Array', 'Float32Array', 'Float64Array', 'PropertyKey'],
])

/**
 * The names that cannot mean what the file declares: with arguments (`Record<string, unknown>`), or with a part
 * (`Temporal.Instant`), since nothing that is made of a table or an enum has either; and the language's own. `Mood` is the enum.
 */
export function globalsIn({ types = {}, columns = {} }: Overrides): Set<string> {
  const texts = [...Object.values(types), ...Object.values(columns)].flatMap(textsOf)
  const found = new Set<string>()
  for (const text of texts) {
    for (const [, dot, name, behind] of text.matchAll(word)) {
      if (name === undefined || dot !== undefined) continue
      if (behind !== undefined || plain.has(name)) found.add(name)
    }
  }
  return found
}

function textsOf(override: Override): string[] {
  if (typeof override === 'string') return [override]
  return [override.select, override.insert, override.update].filter((text) => text !== undefined)
}
