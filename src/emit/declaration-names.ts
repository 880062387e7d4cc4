/** Names for the modules of a declaration: files that every system can hold, and identifiers that no module shares with another. */

/** What Windows keeps for devices, whatever extension follows. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/

const LONGEST = 80

/**
 * Any name as one of a file or folder: small letters, digits, `_` and `-`, which no file system folds, rewrites or refuses.
 *
 * @param fallback for a name of which nothing is left
 */
export function fileNameOf(name: string, fallback: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const safe = plain
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '')
  if (safe === '') return fallback
  return DEVICE.test(safe) ? `${safe}-` : safe
}

/** Any words as an identifier in camel case. */
export function identifierOf(...words: readonly string[]): string {
  const parts = words.flatMap((word) => fileNameOf(word, '').match(/[a-z0-9]+/g) ?? [])
  const name = parts
    .map((part, i) => (i === 0 ? part : `${part[0]?.toUpperCase() ?? ''}${part.slice(1)}`))
    .join('')
  return /^[a-z]/.test(name) ? name : `_${name}`
}

/** Gives out names, each once: a number tells the second from the first. */
export class Names {
  readonly #given: Set<string>

  /** @param reserved those that nobody gets */
  constructor(reserved: readonly string[] = []) {
    this.#given = new Set(reserved)
  }

  /** @param separator what goes before the number */
  give(wanted: string, separator: string): string {
    let name = wanted
    for (let n = 2; this.#given.has(name); n++) name = `${wanted}${separator}${n}`
    this.#given.add(name)
    return name
  }
}
