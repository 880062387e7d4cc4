/** How much two names have in common, and which of several pairs are the likely ones. */
import { nearest } from '../../nearest.ts'

/** Whether one name could be the other, reworded: a word in common, one within the other, or a typing mistake. */
export function areAlike(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)]
  if (a.some((word) => word.length > 2 && b.includes(word))) return true
  const [short, long] = [a.join(''), b.join('')].sort((x, y) => x.length - y.length)
  if (short === undefined || long === undefined) return false
  return (
    (short.length > 2 && long.includes(short)) || (short.length > 3 && nearest(short, [long]) !== undefined)
  )
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** Two things that may be one, and how much speaks for it. */
export interface Pair<T> {
  readonly from: T
  readonly to: T
  readonly score: number
}

/** The pairs that have no better rival on either side; equals all stay. */
export function likeliest<T>(pairs: readonly Pair<T>[]): Pair<T>[] {
  const best = (side: 'from' | 'to'): Map<T, number> => {
    const scores = new Map<T, number>()
    for (const pair of pairs) scores.set(pair[side], Math.max(pair.score, scores.get(pair[side]) ?? 0))
    return scores
  }
  // The best pair of all is settled first, so that the rest is weighed without its two.
  const left = [...pairs].sort((a, b) => b.score - a.score)
  const [from, to] = [best('from'), best('to')]
  const kept = left.filter((pair) => pair.score === from.get(pair.from) && pair.score === to.get(pair.to))
  const taken = new Set(kept.flatMap((pair) => [pair.from, pair.to]))
  const rest = left.filter((pair) => !taken.has(pair.from) && !taken.has(pair.to))
  return rest.length === 0 || kept.length === 0 ? kept : [...kept, ...likeliest(rest)]
}
