/** From PostgreSQL's types to TypeScript's: what stands behind enums and domains, and what the configuration says instead. */
import { type Catalog, objectsOf } from '../catalog/catalog.ts'
import type { Identity } from '../catalog/object.ts'
import { nearest } from '../nearest.ts'
import { overrideUnknown } from './errors.ts'
import { type Override, overriding } from './overrides.ts'
import { isOwn, keyOfPair, parseTypeName, type TypeName, typeKey } from './type-name.ts'
import {
  aliases,
  arrayOf,
  asText,
  informationDomains,
  otherTypes,
  type Treatment,
  treatments,
  type ValueType,
} from './value-type.ts'

export interface ResolveInput {
  readonly catalog: Catalog
  /** The TypeScript names of enums. */
  readonly names: ReadonlyMap<Identity, string>
  readonly overrides: Readonly<Record<string, Override>>
  /** The types of all columns, as printed. */
  readonly used: Iterable<string>
  /** What the types are made of, for messages: `the declared schema`. */
  readonly of: string
}

/**
 * @returns what a type, as `format_type` prints it, is in TypeScript
 * @throws TYPES_OVERRIDE for a type that nothing has
 */
export function typeResolver(input: ResolveInput): (printed: string) => ValueType {
  const { catalog, names } = input
  const keyOf = (type: TypeName): string => typeKey(type, catalog.defaultSchema)
  const overrides = readOverrides(input, keyOf)
  const enums = new Map(objectsOf(catalog, 'enum').map((one) => [keyOfPair(one.schema, one.name), one]))
  const domains = new Map(objectsOf(catalog, 'domain').map((one) => [keyOfPair(one.schema, one.name), one]))
  const marks = new Set(
    objectsOf(catalog, 'base type')
      .filter(({ options }) => options.some((option) => option.startsWith('delimiter =')))
      .map(({ schema, name }) => keyOfPair(schema, name)),
  )

  const treat = (type: TypeName): Treatment => {
    const key = keyOf(type)
    const own = ownTreatment(type, key)
    const value = overrides.get(key)
    return value === undefined ? own : { value, array: own.array === 'parsed' ? own.value : own.array }
  }
  const ownTreatment = (type: TypeName, key: string): Treatment => {
    const builtIn = isOwn(type) ? treatments.get(type.name) : undefined
    if (builtIn !== undefined) return builtIn
    const name = names.get(enums.get(key)?.identity ?? '')
    if (name !== undefined) return { value: { select: name, insert: [name], helpers: [] }, array: 'text' }
    const domain = domains.get(key)
    if (domain !== undefined) return ofDomain(parseTypeName(domain.baseType))
    const ofInformation = type.schema === 'information_schema' ? informationDomains.get(type.name) : undefined
    if (ofInformation !== undefined) return ofDomain(parseTypeName(ofInformation))
    // PostGIS may lie in any schema.
    const withMarks = treatments.get(type.name)?.array === 'text alone' || marks.has(key)
    return withMarks ? { ...asText, array: 'text alone' } : asText
  }
  /** pg meets the type behind a domain, and knows no array of one. */
  const ofDomain = (base: TypeName): Treatment => {
    const { array } = treat({ ...base, isArray: false })
    const alone = base.isArray || array === 'text alone'
    return { value: valueFor(base), array: alone ? 'text alone' : 'text' }
  }
  const valueFor = (type: TypeName): ValueType =>
    type.isArray ? (overrides.get(`${keyOf(type)}[]`) ?? arrayOf(treat(type))) : treat(type).value

  return (printed) => valueFor(parseTypeName(printed))
}

function readOverrides(
  { catalog, overrides, used, of }: ResolveInput,
  keyOf: (type: TypeName) => string,
): ReadonlyMap<string, ValueType> {
  const found = new Map<string, ValueType>()
  const entries = Object.entries(overrides)
  if (entries.length === 0) return found
  const ofCatalog = (['enum', 'domain', 'composite type', 'range type', 'base type'] as const).flatMap(
    (kind) => objectsOf(catalog, kind).map(({ schema, name }) => [schema, name] as const),
  )
  const printed = [...treatments.keys(), ...otherTypes, ...used].map((name) => name.replace(/\[\]$/, ''))
  const keys = new Set([
    ...printed.map((name) => keyOf(parseTypeName(name))),
    ...ofCatalog.map((pair) => keyOfPair(...pair)),
  ])
  const known = [
    ...printed,
    ...aliases.keys(),
    ...ofCatalog.flatMap(([schema, name]) => [name, `${schema}.${name}`]),
  ]
  for (const [name, override] of entries) {
    const type = withoutAlias(parseTypeName(name.replace(/^pg_catalog\./, '')))
    const key = keyOf(type)
    if (!keys.has(key)) throw overrideUnknown('type', name, of, nearest(name, known))
    found.set(type.isArray ? `${key}[]` : key, overriding(override))
  }
  return found
}

function withoutAlias(type: TypeName): TypeName {
  const name = type.schema === null && !type.quoted ? aliases.get(type.name) : undefined
  return name === undefined ? type : { ...type, name }
}
