/** Writing extensions. */
import type { Extension } from '../catalog/extension.ts'
import { aspectsOf, type KindEmitter, raw } from './emitter.ts'
import { quoteIdentifier, quoteLiteral } from './sql.ts'

export const extensionEmitter: KindEmitter<Extension> = {
  create: ({ object, sides }) => {
    const schema =
      object.inSchema === sides.target.defaultSchema ? '' : ` schema ${quoteIdentifier(object.inSchema)}`
    const version = object.version === object.defaultVersion ? '' : ` version ${quoteLiteral(object.version)}`
    return [raw(`create extension ${quoteIdentifier(object.name)}${schema}${version}`)]
  },
  drop: ({ object }) => [raw(`drop extension ${quoteIdentifier(object.name)}`)],
  alter: (step) => {
    const aspects = aspectsOf(step)
    const name = quoteIdentifier(step.after.name)
    return [
      ...(aspects.has('version')
        ? [raw(`alter extension ${name} update to ${quoteLiteral(step.after.version)}`)]
        : []),
      ...(aspects.has('schema')
        ? [raw(`alter extension ${name} set schema ${quoteIdentifier(step.after.inSchema)}`)]
        : []),
    ]
  },
  commentTarget: (extension) => `extension ${quoteIdentifier(extension.name)}`,
}
