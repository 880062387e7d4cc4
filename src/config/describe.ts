/** Values of a configuration in words, for its messages. */

export const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ')

/** What a value is, in words, short and without what may be secret. */
export function describe(value: unknown, secret?: true): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'function') return 'a function'
  if (value === '') return 'an empty text'
  if (typeof value === 'string') return secret ? describeUrl(value) : `'${shortened(value)}'`
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : describeList(value)
  return typeof value === 'object' ? 'an object' : `${typeof value} ${String(value)}`
}

function describeList(list: readonly unknown[]): string {
  const simple = list.every((item) => typeof item === 'string')
  return simple ? `[${shortened(quoted(list))}]` : 'a list that holds something else than text'
}

/** Only a scheme is safe to show: what stands before another colon may be a password. */
function describeUrl(value: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:(?=\/\/)/i.exec(value)?.[0]
  return scheme === undefined ? 'a text of another form' : `a URL that starts with '${scheme}'`
}

function shortened(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value
}
