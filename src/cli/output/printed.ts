/** What the user's own code prints with `console`. */
import { Writable } from 'node:stream'

/** Takes text, and hands over each line of it. */
export function printedBy(line: (text: string) => void): Writable {
  let rest = ''
  return new Writable({
    decodeStrings: false,
    write(text: string, _, done) {
      const lines = `${rest}${text}`.split('\n')
      rest = lines.pop() ?? ''
      lines.forEach(line)
      done()
    },
  })
}
