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
  }
  return changes.map(({ action, summary }) => `  ${marks[action] ?? style.yellow('~')} ${summary}`).join('\n')
}

/** A unified diff, coloured. */
export function diffText(diff: string, style: Style): string {
  return diff
    .trimEnd()
    .split('\n')
    .map((line) => {
      if (line.startsWith('+')) return style.green(line)
      if (line.startsWith('-')) return style.red(line)
      return line.startsWith('@@') ? style.cyan(line) : line
    })
    .join('\n')
}
