/** The names of interfaces and types: PascalCase of what PostgreSQL calls them, each once. */
import type { Identity } from '../catalog/object.ts'
import { helperNames } from './helpers.ts'

interface Named {
  readonly identity: Identity
  readonly kind: 'table' | 'view' | 'enum'
  readonly schema: string
  readonly name: string
}

/** What the file declares, imports, or means as the language's own. */
const always: ReadonlySet<string> = new Set([
  ...['Database', 'ColumnType', 'Generated', 'GeneratedAlways', 'Date', 'Buffer', 'Uint8Array'],
  ...helperNames,
])

const kindWords = { table: 'Table', view: 'View', enum: 'Enum' } as const

/**
 * Gives everything its name. What has the same name as what stands before it in the list gets the first number that makes a
 * name that nothing else has.
 *
 * @param meant names that mean the language's own besides
 */
export function typeNames(
  items: readonly Named[],
  defaultSchema: string,
  meant: Iterable<string> = [],
): ReadonlyMap<Identity, string> {
  const taken = new Set([...always, ...meant])
  const natural = items.map((item) => naturalName(item, defaultSchema, taken))
  const used = new Set([...taken, ...natural])
  const numbers = new Map<string, number>()
  return new Map(
    items.map(({ identity }, i) => {
      const wanted = natural[i] ?? ''
      let number = numbers.get(wanted) ?? 1
      let name = wanted
      if (numbers.has(wanted)) {
        do name = `${wanted}${++number}`
        while (used.has(name))
        used.add(name)
      }
      numbers.set(wanted, number)
      return [identity, name]
    }),
  )
}

function naturalName(
  { kind, schema, name }: Named,
  defaultSchema: string,
  taken: ReadonlySet<string>,
): string {
  const words = [...(schema === defaultSchema ? [] : wordsOf(schema)), ...wordsOf(name)]
  const joined = words.map((word) => word.replace(/^./u, (first) => first.toUpperCase())).join('')
  if (joined === '') return kindWords[kind]
  const identifier = /^\p{ID_Start}/u.test(joined) ? joined : `_${joined}`
  return taken.has(identifier) ? `${identifier}${kindWords[kind]}` : identifier
}

/** Compilers disagree on the characters of later versions of Unicode, which stand beyond the basic plane. */
const between = /(?:[^\p{ID_Continue}]|[\u{10000}-\u{10ffff}]|_)+/u

function wordsOf(name: string): string[] {
  return name.split(between).filter((word) => word !== '')
}
