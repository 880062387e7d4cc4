/** The names that stand in a text of code, for what PostgreSQL does not track: bodies of functions that are strings. */

const NAME = /"((?:[^"]|"")+)"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g

/** Every word that could be the name of an object, as the catalog would hold it. */
export function mentionedNames(code: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [word, quoted] of code.matchAll(NAME))
    names.add(quoted === undefined ? word.toLowerCase() : quoted.replaceAll('""', '"'))
  return names
}
