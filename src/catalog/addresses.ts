/** Addresses of `pg_depend`: which object of a catalog stands at each. */
import type { Identity } from './object.ts'

export interface Address {
  readonly classId: number
  readonly objectId: number
  readonly subId: number
}

/** What stands at addresses. Numbers, as making texts of them would take longer than all else that is done with a row. */
export class Addresses<T = Identity> {
  /** By class, then by object, then by part. */
  readonly #classes = new Map<number, Map<number, (T | undefined)[]>>()

  set({ classId, objectId, subId }: Address, value: T): void {
    const objects = this.#classes.get(classId) ?? new Map<number, (T | undefined)[]>()
    const parts = objects.get(objectId) ?? []
    parts[subId] = value
    objects.set(objectId, parts)
    this.#classes.set(classId, objects)
  }

  get({ classId, objectId, subId }: Address): T | undefined {
    return this.#classes.get(classId)?.get(objectId)?.[subId]
  }

  /** What stands at an address; a column of a relation whose columns are no objects (a view) stands for the relation. */
  at({ classId, objectId, subId }: Address): T | undefined {
    const parts = this.#classes.get(classId)?.get(objectId)
    return parts?.[subId] ?? parts?.[0]
  }
}
