/** Writing how a value gets from one type to another. */
import type { Conversion } from '../diff/conversion.ts'

export interface ConvertedValue {
  /** In SQL. */
  readonly value: string
  /** Of the type that it comes from; `text[]`, or `text`, is on the way of the conversions by way of text. */
  readonly from: string
  readonly to: string
  /** Whether it may be null. */
  readonly nullable: boolean
  /** Whether the new type is the project's own, whose values may be of its former self: that is made anew in the same plan. */
  readonly ofUsers: boolean
}

/** A value as one of another type; null where assigning it is enough. */
export function convertedValue(
  { way, cast }: Conversion,
  { value, from, to, nullable, ofUsers }: ConvertedValue,
): string | null {
  const brackets = from.endsWith('[]') && to.endsWith('[]') ? '[]' : ''
  switch (way) {
    case 'assignment':
      return null
    case 'cast':
      return `${value}::${cast}`
    case 'cast through text':
      return `${value}::text${brackets}::${cast}`
    case 'cast through integer':
      return `${value}::integer${brackets}::${cast}`
    case 'into array': {
      const array = ofUsers ? `array[${value}]::text[]::${cast}` : `array[${value}]`
      // A value that is not there is no array that holds none.
      return nullable ? `case when ${value} is distinct from null then ${array} end` : array
    }
    case 'first element':
      return ofUsers ? `(${value}[1])::text::${cast}` : `${bracketed(value)}[1]`
    case 'joined':
      return `array_to_string(${value}, ',')`
  }
}

/** What is no mere name stands in brackets before a subscript. */
function bracketed(value: string): string {
  return value.startsWith('(') ? `(${value})` : value
}
