/** Which casts in queries give no null unless they are given one. */
import { type Catalog, objectsOf } from '../catalog/catalog.ts'
import { groupsOf, type Node } from './query-groups.ts'
import { keyOfPair, parseTypeName, typeKey } from './type-name.ts'

export interface CastType {
  /** As `format_type` prints it without modifiers. */
  readonly name: string
  /** Whether it has modifiers, as `numeric(10,2)`, which a function applies. */
  readonly modified: boolean
}

/** @param nodes what stands behind `::`, or a type as `format_type` prints it; null where it is more than a type */
export function castType(nodes: readonly Node[]): CastType | null {
  let name = ''
  let modified = false
  for (const node of nodes) {
    if (node.kind === 'group') modified = true
    else if (node.kind === 'word') name += name === '' || name.endsWith('.') ? node.text : ` ${node.text}`
    else if (node.kind === 'name') name += `"${node.text.replaceAll('"', '""')}"`
    else if (node.kind === 'mark' && ['.', '[', ']'].includes(node.text)) name += node.text
    else return null
  }
  return name === ''
    ? null
    : { name: spelled.get(name) ?? name.replace(/^interval .*/, 'interval'), modified }
}

/** What PostgreSQL prints otherwise where it knows that there are no modifiers. */
const spelled: ReadonlyMap<string, string> = new Map([
  ['bpchar', 'character'],
  ['"bit"', 'bit'],
])

/** Between these PostgreSQL has casts, which nobody can replace, and which give null for nothing else. */
const families: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'],
  ['boolean', 'text', 'character varying', 'character'],
  ['boolean', 'integer'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
  ['json', 'jsonb'],
  ...['time without time zone', 'time with time zone', 'interval', 'bit', 'bit varying'].map((one) => [one]),
]

/** The type of a text that has not been given one. */
export const unknown = 'unknown'

/**
 * Tells whether what is not null stays so in a cast. One with a function may give null: those of one's own, of extensions, and a few of
 * PostgreSQL (of `null` in `jsonb`, of the time in `infinity`). Without any cast a value is written as text and read, and fails or
 * is one.
 *
 * @returns takes the names of both types
 */
export function safeCasts(catalog: Catalog): (source: string, target: CastType) => boolean {
  const domains = new Map(
    objectsOf(catalog, 'domain').map(({ schema, name, baseType }) => [keyOfPair(schema, name), baseType]),
  )
  // A cast of a domain is that of the type behind it.
  const behind = (type: CastType): CastType => {
    const parsed = parseTypeName(type.name)
    const base = parsed.isArray ? undefined : domains.get(typeKey(parsed, catalog.defaultSchema))
    const found = base === undefined ? null : castType(groupsOf(base))
    return found === null ? type : behind(found)
  }
  return (source, target) => {
    const [from, to] = [behind({ name: source, modified: false }), behind(target)]
    const isOf = (family: readonly string[]): boolean => source === unknown || family.includes(from.name)
    if (families.some((family) => isOf(family) && family.includes(to.name))) return true
    return !to.modified && !catalog.casts.has(`${from.name}>${to.name}`)
  }
}
