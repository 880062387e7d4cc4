/** Writing access methods. */
import type { AccessMethod } from '../catalog/access-method.ts'
import { type KindEmitter, raw } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const accessMethodEmitter: KindEmitter<AccessMethod> = {
  create: ({ object }) => [raw(`create ${target(object)} type ${object.type} handler ${object.handler}`)],
  drop: ({ object }) => [raw(`drop ${target(object)}`)],
  alter: () => [],
  commentTarget: target,
}

function target(method: AccessMethod): string {
  return `access method ${quoteIdentifier(method.name)}`
}
