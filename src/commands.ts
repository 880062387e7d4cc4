/** Commands of dbmig that a message proposes, made to work on the database that the message is of. */

/** Those that work on a database, or write for one, where they are not addressed yet. */
const proposed =
  /\bdbmig (?:upgrade|downgrade|resolve|stamp|current|check|diff|types|revision|ensure-version)\b(?! --(?:database|url|all)\b)/g

/** @param flag what makes a command work on the same database, as it is typed */
export function commandsWith(text: string, flag: string): string {
  return text.replace(proposed, (command) => `${command} ${flag}`)
}

/**
 * @param database the name of one of the configuration's `databases`; a command without it would work on `url`
 */
export function commandsFor(text: string, database: string): string {
  return commandsWith(text, flagOf('database', database))
}

/** The same text as it is for every database, so that what is true of several is told once. */
export function commandsForAny(text: string, database: string): string {
  return text.replaceAll(flagOf('database', database), flagOf('database', 'NAME'))
}

/** A flag with its value, quoted for a shell. */
export function flagOf(name: string, value: string): string {
  return `--${name} ${shellWord(value)}`
}

/** A word as a shell reads it, POSIX's or PowerShell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
