/** What a state of the schema is called within a sentence. */

const words: Readonly<Record<string, string>> = { target: 'the declared schema', live: 'the live database' }

/** `the live database` of `live`; a revision or a file is called by its name. */
export function stateWords(name: string): string {
  return words[name] ?? name
}
