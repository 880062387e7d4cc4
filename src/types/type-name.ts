/** Reading the names of types as `format_type` prints them. */

import { treatments } from './value-type.ts'

export interface TypeName {
  /** Null where it is found without: PostgreSQL's own, or of the default schema. */
  readonly schema: string | null
  /** Without quotes and modifiers: `character varying` of `character varying(20)`. */
  readonly name: string
  /** Whether it is printed in quotes, as PostgreSQL's own `"char"` is. */
  readonly quoted: boolean
  readonly isArray: boolean
}

const name = /"(?:[^"]|"")*"|[^".[\](]+/y

/** `audit."my type"(3)[]` as its parts. */
export function parseTypeName(printed: string): TypeName {
  const isArray = printed.endsWith('[]')
  const text = isArray ? printed.slice(0, -2) : printed
  const parts: string[] = []
  let at = 0
  while (at < text.length) {
    name.lastIndex = at
    const part = name.exec(text)?.[0]
    if (part === undefined) break
    at = name.lastIndex
    parts.push(part)
    if (text[at] !== '.') break
    at++
  }
  // Modifiers may stand within: `timestamp(3) with time zone`.
  const rest = text.slice(at).replace(/\([^)]*\)/g, '')
  const last = `${parts.pop() ?? ''}${rest}`
  const [schema] = parts
  return {
    schema: schema === undefined ? null : withoutQuotes(schema),
    name: withoutQuotes(/^interval\b/.test(last) ? 'interval' : last.trimEnd()),
    quoted: last.startsWith('"'),
    isArray,
  }
}

function withoutQuotes(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part
}

/** Whether it is one of PostgreSQL's own that is treated in a way of its own. */
export function isOwn({ schema, name, quoted }: TypeName): boolean {
  return schema === null && !quoted && treatments.has(name)
}

/** One key for all that means the same type, be it an array of it or not. */
export function typeKey(type: TypeName, defaultSchema: string): string {
  return isOwn(type) ? type.name : keyOfPair(type.schema ?? defaultSchema, type.name)
}

export function keyOfPair(schema: string, name: string): string {
  return JSON.stringify([schema, name])
}
