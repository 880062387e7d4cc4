/** How much two names have in common, and which of several pairs are the likely ones. */
import { nearest } from '../../nearest.ts'

/** Whether one name could be the other, reworded: a word in common, one within the other, or a typing mistake. */
export function areAlike(one: string, other: string): boolean {
  return haveAlike(wordsOf(one), wordsOf(other))
}

/** The same of the words of two names, for names that are compared with many. */
export function haveAlike(a: readonly string[], b: readonly string[]): boolean {
  if (a.some((word) => word.length > 2 && b.includes(word))) return true
  const [short, long] = [a.join(''), b.join('')].sort((x, y) => x.length - y.length)
  if (short === undefined || long === undefined) return false
  return (
    (short.length > 2 && long.includes(short)) || (short.length > 3 && nearest(short, [long]) !== undefined)
  )
}

/** A name's words, in small letters. */
export function wordsOf(name: string): string[] {
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

/** The best pairs, and the best of what they leave; equals all stay. */
export function likeliest<T>(pairs: readonly Pair<T>[]): Pair<T>[] {
  const byScore = new Map<number, Pair<T>[]>()
  for (const pair of pairs) {
    const equals = byScore.get(pair.score)
    if (equals === undefined) byScore.set(pair.score, [pair])
    else equals.push(pair)
  }
  const taken = new Set<T>()
  return [...byScore]
    .sort(([one], [other]) => other - one)
    .flatMap(([, equals]) => {
      const left = equals.filter(({ from, to }) => !taken.has(from) && !taken.has(to))
      for (const { from, to } of left) taken.add(from).add(to)
      return left
    })
}
