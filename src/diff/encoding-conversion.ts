/** Comparing conversions between encodings: nothing of one can be altered. */
import type { EncodingConversion } from '../catalog/encoding-conversion.ts'
import { difference, type KindDiffer, plainDiffer } from './differ.ts'

export const encodingConversionDiffer: KindDiffer<EncodingConversion> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('from', before.from, after.from, { replaces: true }),
    ...difference('to', before.to, after.to, { replaces: true }),
    ...difference('function', before.function, after.function, { replaces: true }),
    ...difference('default', before.isDefault, after.isDefault, { replaces: true }),
  ],
  names: (conversion) => [`conversion ${JSON.stringify([conversion.schema, conversion.name])}`],
}
