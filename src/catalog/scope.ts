/** Which schemas and objects are managed: names and patterns. */
import { escaped } from '../regexp.ts'

/** Whether `*` or `?` stands in it: else it is a name. */
export function isPattern(text: string): boolean {
  return /[*?]/.test(text)
}

/** Whether a name matches a pattern in which `*` stands for any characters and `?` for one. */
export function matchesPattern(name: string, pattern: string): boolean {
  if (!isPattern(pattern)) return name === pattern
  const source = escaped(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.')
  return new RegExp(`^${source}$`, 's').test(name)
}

/** What a filter is asked about. */
interface Named {
  readonly kind: string
  readonly identity: string
  readonly schema: string | null
  readonly name: string
  readonly parent: string | null
}

type Filter = readonly string[] | ((object: Named) => boolean)

/**
 * Whether an object is managed by a project's `include` and `exclude`: patterns of its name (`tmp_*`), its name with the
 * schema (`audit.*`), or its identity (`view:public.*`), or functions. A part goes with what it is a part of.
 */
export function managedBy(
  filters: { readonly include: Filter | undefined; readonly exclude: Filter | undefined },
  find: (identity: string) => Named | undefined,
): (object: Named) => boolean {
  const { include, exclude } = filters
  return (object) => {
    for (
      let one: Named | undefined = object;
      one !== undefined;
      one = one.parent === null ? undefined : find(one.parent)
    ) {
      if (exclude !== undefined && matches(one, exclude)) return false
      if (include !== undefined && one.parent === null && one.kind !== 'schema' && !matches(one, include))
        return false
    }
    return true
  }
}

function matches(object: Named, filter: Filter): boolean {
  return typeof filter === 'function' ? filter(object) : matchesAny(object, filter)
}

/**
 * Whether a pattern names an object: by its identity where it has a colon, with its schema where it has a dot, else by its name. `ta*`
 * is thus neither every table nor all of the schema `tasks`.
 */
export function matchesAny(
  { name, schema, identity }: Omit<Named, 'parent'>,
  patterns: readonly string[],
): boolean {
  return patterns.some(
    (pattern) =>
      matchesPattern(name, pattern) ||
      (schema !== null && pattern.includes('.') && matchesPattern(`${schema}.${name}`, pattern)) ||
      (pattern.includes(':') && matchesPattern(identity, pattern)),
  )
}
