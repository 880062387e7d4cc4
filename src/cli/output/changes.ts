/** Differences of two schemas as text. */
import type { Style } from './style.ts'

export interface ChangeLine {
  readonly action: string
  readonly summary: string
}

/** A line per change, marked by what it does. */
export function changesText(changes: readonly ChangeLine[], style: Style): string {
  const marks: Readonly<Record<string, string>> = {
    create: style.green('+'),
    drop: style.red('-'),
    rename: style.cyan('>'),
  }
  return changes.map(({ action, summary }) => `  ${marks[action] ?? style.yellow('~')} ${summary}`).join('\n')
}

/** A unified diff, coloured. */
export function diffText(diff: string, style: Style): string {
  const lines = diff.trimEnd().split('\n')
  return lines
    .map((line, i) => {
      // Only the two lines of a file's names stand in front of @@: what goes may begin with dashes too.
      if (isFileName(lines, i) || isFileName(lines, i - 1)) return style.bold(line)
      if (line.startsWith('+')) return style.green(line)
      if (line.startsWith('-')) return style.red(line)
      return line.startsWith('@@') ? style.cyan(line) : line
    })
    .join('\n')
}

function isFileName(lines: readonly string[], i: number): boolean {
  const [from, to, hunk] = lines.slice(Math.max(i, 0), i + 3)
  return i >= 0 && /^--- /.test(from ?? '') && /^\+\+\+ /.test(to ?? '') && /^@@ /.test(hunk ?? '')
}
