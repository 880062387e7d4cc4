/** Writing conversions between encodings. */
import type { Catalog } from '../catalog/catalog.ts'
import type { EncodingConversion } from '../catalog/encoding-conversion.ts'
import { type KindEmitter, raw, sqlName } from './emitter.ts'
import { quoteLiteral } from './sql.ts'

export const encodingConversionEmitter: KindEmitter<EncodingConversion> = {
  create: ({ object, sides }) => {
    const verb = object.isDefault ? 'create default' : 'create'
    const encodings = `for ${quoteLiteral(object.from)} to ${quoteLiteral(object.to)}`
    return [raw(`${verb} ${target(object, sides.target)} ${encodings} from ${object.function}`)]
  },
  drop: ({ object, sides }) => [raw(`drop ${target(object, sides.live)}`)],
  alter: () => [],
  commentTarget: target,
}

function target(conversion: EncodingConversion, catalog: Catalog): string {
  return `conversion ${sqlName(conversion, catalog)}`
}
