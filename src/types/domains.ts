/** What domains say of the columns that have them. */
import { type Catalog, objectsOf } from '../catalog/catalog.ts'
import type { Domain } from '../catalog/domain.ts'
import { keyOfPair, parseTypeName, typeKey } from './type-name.ts'

export interface DomainFacts {
  readonly notNull: boolean
  readonly hasDefault: boolean
}

/** @returns what the domains behind a type, as `format_type` prints it, say together */
export function domainFacts(catalog: Catalog): (printed: string) => DomainFacts {
  const domains = new Map(
    objectsOf(catalog, 'domain').map((one) => [keyOfPair(one.schema, one.name), one] as const),
  )
  const find = (printed: string): Domain | undefined => {
    const type = parseTypeName(printed)
    return type.isArray ? undefined : domains.get(typeKey(type, catalog.defaultSchema))
  }
  return (printed) => {
    let [notNull, hasDefault] = [false, false]
    for (let domain = find(printed); domain !== undefined; domain = find(domain.baseType)) {
      notNull ||= domain.notNull
      hasDefault ||= domain.default !== null
    }
    return { notNull, hasDefault }
  }
}
