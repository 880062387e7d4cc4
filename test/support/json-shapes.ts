/** The shapes of JSON as docs/scripting.md writes them: `{ a, b: [{ c }], d: null | step }`. */

/** The shapes by what stands before each: a command, or a word that others use. */
export type Shapes = ReadonlyMap<string, string>

/** Reads the lines of a block: names, two spaces or a new line, a shape; what is indented goes on. */
export function readShapes(block: string): Shapes {
  const shapes = new Map<string, string>()
  for (const entry of block.split(/\n(?=\S)/)) {
    const [, names = '', shape = ''] = /^(.*?)\s+([[{][\s\S]*)$/.exec(entry) ?? []
    for (const name of names.split(', ')) shapes.set(name, shape)
  }
  return shapes
}

/** The keys of a shape with those inside of them: `{ a, b: [{ c }] }` gives a, b, b.c. */
export function keysOfShape(shapes: Shapes, name: string): Set<string> {
  const keys = new Set<string>()
  const words =
    shapes
      .get(name)
      ?.match(/"[^"]*"|[{}[\],:|]|[\w-]+/g)
      ?.values() ?? [].values()
  let word = words.next().value
  const take = (): string | undefined => {
    const taken = word
    word = words.next().value
    return taken
  }
  const readValue = (prefix: string): void => {
    do {
      const first = take() ?? ''
      if (first === '{') readObject(prefix)
      else if (first === '[') {
        readValue(prefix)
        take()
      } else if (shapes.has(first)) for (const key of keysOfShape(shapes, first)) keys.add(`${prefix}${key}`)
    } while (word === '|' && take())
  }
  const readObject = (prefix: string): void => {
    do {
      const key = `${prefix}${take()}`
      keys.add(key)
      if (word === ':' && take()) readValue(`${key}.`)
    } while (take() === ',')
  }
  readValue('')
  return keys
}

/** The keys of a JSON value, in the same form. */
export function keysOfValue(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOfValue(item, prefix))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    `${prefix}${key}`,
    ...keysOfValue(inner, `${prefix}${key}.`),
  ])
}
