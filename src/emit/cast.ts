/** Writing casts. */
import type { Cast } from '../catalog/cast.ts'
import { type KindEmitter, raw } from './emitter.ts'

export const castEmitter: KindEmitter<Cast> = {
  create: ({ object }) => {
    const how = {
      function: `with function ${object.function}`,
      binary: 'without function',
      inout: 'with inout',
    }[object.method]
    const when = object.context === 'explicit' ? '' : ` as ${object.context}`
    return [raw(`create ${target(object)} ${how}${when}`)]
  },
  drop: ({ object }) => [raw(`drop ${target(object)}`)],
  alter: () => [],
  commentTarget: target,
}

function target(cast: Cast): string {
  return `cast (${cast.source} as ${cast.target})`
}
