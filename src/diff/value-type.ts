/** The type of values, taken apart: what a conversion needs to know of the types on both its sides. */
import { type Catalog, dependentsIn, objectsOf } from '../catalog/catalog.ts'
import type { Domain } from '../catalog/domain.ts'
import type { Identity } from '../catalog/object.ts'
import { parseName } from './remake.ts'

export interface ValueType {
  /** As it is written, with modifiers; a domain's is that of its values. */
  readonly type: string
  /** Without modifiers. */
  readonly base: string
  /** Without modifiers and brackets. */
  readonly element: string
  readonly array: boolean
  /** `(10,2)` as numbers; empty without modifiers. */
  readonly modifiers: readonly number[]
  /** The domain whose checks its values pass. */
  readonly checkedBy: Identity | null
}

/** A type as PostgreSQL prints it, taken apart; domains give way to what they are made of. */
export function valueTypeOf(type: string, base: string, catalog: Catalog): ValueType {
  const domain = domainOf(base, catalog)
  if (domain !== undefined) {
    const brackets = /(\[\])*$/.exec(base)?.[0] ?? ''
    const within = `${domain.baseType}${brackets}`
    const checked = domain.notNull || hasChecks(domain, catalog)
    const values = valueTypeOf(within, withoutModifiers(within), catalog)
    return checked ? { ...values, checkedBy: domain.identity } : values
  }
  const numbers = /\((\d+)(?:,(-?\d+))?\)/.exec(type)
  return {
    type,
    base,
    element: base.replace(/(\[\])+$/, ''),
    array: base.endsWith('[]'),
    modifiers:
      numbers === null ? [] : [Number(numbers[1]), ...(numbers[2] === undefined ? [] : [Number(numbers[2])])],
    checkedBy: null,
  }
}

/** A type as `format_type` prints it, without length, precision and fields. */
export function withoutModifiers(type: string): string {
  if (type.startsWith('interval')) return type.endsWith('[]') ? 'interval[]' : 'interval'
  return type.replace(/("(?:[^"]|"")*")|\([^)]*\)/g, (_whole, quoted: string | undefined) => quoted ?? '')
}

const domainsOf = new WeakMap<Catalog, ReadonlyMap<string, Domain>>()

function domainOf(printed: string, catalog: Catalog): Domain | undefined {
  const key = (schema: string, name: string): string => JSON.stringify([schema, name])
  const known =
    domainsOf.get(catalog) ??
    new Map(objectsOf(catalog, 'domain').map((domain) => [key(domain.schema, domain.name), domain]))
  domainsOf.set(catalog, known)
  const named = known.size === 0 ? null : parseName(printed)
  return named === null ? undefined : known.get(key(named.schema ?? catalog.defaultSchema, named.name))
}

function hasChecks(domain: Domain, catalog: Catalog): boolean {
  return [...(dependentsIn(catalog).get(domain.identity) ?? [])].some(
    (identity) => catalog.objects.get(identity)?.kind === 'domain constraint',
  )
}

/** Whether any value is written to a type on assignment (`citext` is the extension's). */
export function isText(type: string): boolean {
  return TEXTS.has(type) || type === 'citext' || type.endsWith('.citext')
}

const TEXTS: ReadonlySet<string> = new Set(['text', 'character varying', 'character', 'name'])

/** Whether PostgreSQL takes the values of one such type for those of another, as they are stored. */
export function isStoredAsText(type: string): boolean {
  return type === 'text' || type === 'character varying'
}

export function isInteger(type: string): boolean {
  return type === 'smallint' || type === 'integer' || type === 'bigint'
}
