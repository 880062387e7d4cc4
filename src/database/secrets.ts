/** Masking the passwords in a text of whatever origin: a message of a driver, of the user's own code, or SQL. */
import { redactUrls } from './url.ts'

const PATTERNS = [
  // Of a role, in SQL: `password 'x'`.
  /(\bpassword\s+e?')((?:[^'\\]|''|\\.)+)/gi,
  // Of a connection string, in SQL or not: `password=''a b''`, `password=x`.
  /(\bpassword\s*=\s*(?<quote>'{1,2}))(.+?)(?=\k<quote>)/gi,
  /(\bpassword\s*=\s*)([^\s'"&]+)/gi,
]

/**
 * The text with every password in it masked that can be told by what stands before it: those of addresses, of roles in SQL,
 * and of connection strings. What is no address keeps its length, so that a mark under the text stays where it is.
 */
export function redactSecrets(text: string): string {
  const mask = (secret: string) => '*'.repeat([...secret].length)
  return PATTERNS.reduce(
    (safe, pattern) =>
      safe.replace(pattern, (whole, before: string) => `${before}${mask(whole.slice(before.length))}`),
    redactUrls(text),
  )
}
