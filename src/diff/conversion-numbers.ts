/** Numbers of one type as those of another: which do not fit, and which are rounded. */
import type { ValueType } from './value-type.ts'

const ALL = Number.POSITIVE_INFINITY

interface NumberType {
  /** Digits before the point: as many as a value may have, and as many as every number of has a place. */
  readonly whole: readonly [atMost: number, always: number]
  /** Digits after the point. */
  readonly scale: number
  /** Digits that are kept exactly, wherever the point is. */
  readonly exact: number
}

const TYPES: Readonly<Record<string, NumberType>> = {
  smallint: { whole: [5, 4], scale: 0, exact: ALL },
  integer: { whole: [10, 9], scale: 0, exact: ALL },
  bigint: { whole: [19, 18], scale: 0, exact: ALL },
  money: { whole: [17, 16], scale: 2, exact: ALL },
  numeric: { whole: [ALL, ALL], scale: ALL, exact: ALL },
  real: { whole: [39, 38], scale: ALL, exact: 6 },
  'double precision': { whole: [309, 308], scale: ALL, exact: 15 },
}

function numberTypeOf({ element, modifiers: [precision, scale = 0] }: ValueType): NumberType | undefined {
  if (element !== 'numeric' || precision === undefined) return TYPES[element]
  return { whole: [precision - scale, precision - scale], scale, exact: ALL }
}

/** Whether a type is one of numbers. */
export function isNumber(type: ValueType): boolean {
  return type.element in TYPES
}

/** Whether values are rounded on their way. */
export function isRounded(from: ValueType, to: ValueType): boolean {
  const target = numberTypeOf(to)
  // A number in JSON may be any.
  const source = from.element === 'jsonb' ? TYPES['numeric'] : numberTypeOf(from)
  if (source === undefined || target === undefined) return false
  const floats = source.exact < ALL
  if (target.exact < ALL) return floats ? target.exact < source.exact : digits(source) > target.exact
  return target.scale < source.scale || (floats && target.scale === ALL)
}

function digits({ whole: [atMost], scale }: NumberType): number {
  return Math.max(atMost, 0) + Math.max(scale, 0)
}

/** Whether there are numbers for which the new type has no place. */
export function numberRisk(from: ValueType, to: ValueType): boolean {
  const [source, target] = [numberTypeOf(from), numberTypeOf(to)]
  if (source === undefined || target === undefined) return false
  // 99.99 is 100.0 with a digit less.
  const carries = to.element === 'numeric' && target.scale < source.scale ? 1 : 0
  const [atMost] = source.whole
  const [, always] = target.whole
  return always < ALL && atMost + carries > always && !(from.element === to.element && sameWidth(from, to))
}

function sameWidth(from: ValueType, to: ValueType): boolean {
  return from.element !== 'numeric' || JSON.stringify(from.modifiers) === JSON.stringify(to.modifiers)
}

/** Whether there are numbers for which `integer` has no place. */
export function exceedsInteger(from: ValueType): boolean {
  const [atMost] = numberTypeOf(from)?.whole ?? [0]
  return atMost > 10
}
