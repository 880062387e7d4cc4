/** The one grammar of targets and ranges, as data: what was written, not yet what it means. */

import { rangeNotAllowed, rangeSyntax, targetMissing, targetSyntax } from './errors.ts'

/** `label@symbol+offset`, of which a symbol or an offset is always there. */
export interface Target {
  /** As typed, for messages. */
  readonly text: string
  /** The part before `@`: a label, an id, or the start of one. */
  readonly branch: string | null
  /** `head`, `heads`, `base`, `current`, a label, an id, or the start of one; null for `+N` and `-N`, which start at what is applied. */
  readonly symbol: string | null
  readonly offset: number | null
}

/** `from:to`, each with null where it is left open. */
export interface Range {
  readonly text: string
  readonly from: Target | null
  readonly to: Target | null
}

/** What is a target by itself, and therefore no id or label. */
export const RESERVED: ReadonlySet<string> = new Set(['head', 'heads', 'base', 'current'])

const WORD = '[^@:+,\\-\\s]+'
const TARGET = new RegExp(`^(?:(${WORD})@)?(${WORD})?([+-]\\d+)?$`)

/**
 * For code that is not typed.
 *
 * @throws GRAPH_TARGET
 */
export function requireTargets(targets: readonly string[]): void {
  if (!Array.isArray(targets) || targets.length === 0) throw targetMissing("targets: ['head']")
}

/** @throws DbmigError when the text is a range, or no target at all */
export function parseTarget(text: string): Target {
  // From code that is not typed.
  if (typeof text !== 'string') throw targetMissing()
  const trimmed = text.trim()
  if (isRange(trimmed)) throw rangeNotAllowed(trimmed)
  const match = TARGET.exec(trimmed)
  const [, branch, symbol, offset] = match ?? []
  if (symbol === undefined && offset === undefined) throw targetSyntax(trimmed)
  return {
    text: trimmed,
    branch: branch ?? null,
    // `current-1` is the long form of `-1`.
    symbol: symbol === undefined || (symbol === 'current' && offset !== undefined) ? null : symbol,
    offset: offset === undefined ? null : Number(offset),
  }
}

/** Whether only what is applied tells what the target means. */
export function startsAtCurrent({ symbol }: Target): boolean {
  return symbol === null || symbol === 'current'
}

export function isRange(text: string): boolean {
  return text.includes(':')
}

/** @throws DbmigError when there is not exactly one colon, or an end is no target */
export function parseRange(text: string): Range {
  const [from, to, ...more] = text.split(':')
  if (from === undefined || to === undefined || more.length > 0) throw rangeSyntax(text)
  return { text, from: openOr(from), to: openOr(to) }
}

function openOr(text: string): Target | null {
  return text.trim() === '' ? null : parseTarget(text)
}
