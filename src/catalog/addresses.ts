/** Addresses of `pg_depend`: which object of a catalog stands at each. */
import type { Identity } from './object.ts'

/** More than the attributes of any table; an oid times this is still an exact number. */
const SUB_IDS = 4096

export interface Address {
  readonly classId: number
  readonly objectId: number
  readonly subId: number
}

/** What stands at addresses. Numbers, as making texts of them would take longer than all else that is done with a row. */
export class Addresses<T = Identity> {
  readonly #classes = new Map<number, Map<number, T>>()

  set({ classId, objectId, subId }: Address, value: T): void {
    const known = this.#classes.get(classId)
    const place = objectId * SUB_IDS + subId
    if (known === undefined) this.#classes.set(classId, new Map([[place, value]]))
    else known.set(place, value)
  }

  get({ classId, objectId, subId }: Address): T | undefined {
    return this.#classes.get(classId)?.get(objectId * SUB_IDS + subId)
  }

  /** What stands at an address; a column of a relation whose columns are no objects (a view) stands for the relation. */
  at({ classId, objectId, subId }: Address): T | undefined {
    const known = this.#classes.get(classId)
    return known?.get(objectId * SUB_IDS + subId) ?? known?.get(objectId * SUB_IDS)
  }
}
