/** The part of a file name that says what a revision does. */

/**
 * The words of a message in lower case, joined by underscores, cut between words where they are too long.
 *
 * @example slugOf('Add e-mail to Users', 40) // 'add_e_mail_to_users'
 */
export function slugOf(message: string, maximum: number): string {
  // Accents are marks of their own after NFKD; without them a name can be typed on any keyboard.
  const plain = message.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const slug = (plain.match(/[\p{L}\p{N}]+/gu) ?? []).join('_')
  const letters = [...slug]
  if (letters.length <= maximum) return slug
  const cut = letters.slice(0, maximum).join('')
  const end = letters[maximum] === '_' ? -1 : cut.lastIndexOf('_')
  return end > 0 ? cut.slice(0, end) : cut
}
