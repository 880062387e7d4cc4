/** Commands of dbmig that a message proposes, made to work on the database that the message is of. */

/** Those that work on a database, or write for one, where they are not addressed yet. */
const proposed =
  /\bdbmig (?:upgrade|downgrade|resolve|stamp|current|check|diff|types|revision|ensure-version)\b(?! --(?:database|all)\b)/g

/**
 * @param database the name of one of the configuration's `databases`; a command without it would work on `url`
 */
export function commandsFor(text: string, database: string): string {
  return text.replace(proposed, (command) => `${command}${flagOf(database)}`)
}

/** The same text as it is for every database, so that what is true of several is told once. */
export function commandsForAny(text: string, database: string): string {
  return text.replaceAll(flagOf(database), flagOf('NAME'))
}

function flagOf(database: string): string {
  const isPlain = /^[\w@%+=:,./-]+$/.test(database)
  return ` --database ${isPlain ? database : `'${database.replaceAll("'", `'\\''`)}'`}`
}
