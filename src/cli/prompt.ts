/** Asking a user on a terminal: a question is put until it has an answer, and no answer is taken for granted. */
import { createInterface } from 'node:readline/promises'
import type { RenameAnswer, RenameQuestion } from '../index.ts'
import type { Style } from './output/style.ts'

export interface Terminal {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  readonly style: Style
  readonly signal: AbortSignal
  /** Clears what else stands on the line. */
  begin(): void
  /** Ends the command, as Ctrl-C does elsewhere. */
  interrupt(): void
}

/**
 * Asks whether something was renamed.
 *
 * @returns undefined when the input ends without an answer
 * @throws what the signal is aborted with
 */
export async function askRename(question: RenameQuestion, terminal: Terminal): Promise<RenameAnswer> {
  const { kind, from, candidates } = question
  const { bold, green, red } = terminal.style
  const [only] = candidates
  const lines =
    candidates.length === 1
      ? [
          `Was the ${kind} ${bold(from)} renamed to ${bold(only?.name ?? '')}?`,
          `  ${green('y')}  yes: it keeps what it has`,
        ]
      : [
          `Was the ${kind} ${bold(from)} renamed?`,
          ...candidates.map(({ name }, i) => `  ${green(String(i + 1))}  yes, to ${bold(name)}`),
        ]
  const no = `  ${red('n')}  no: they are separate, and ${from} is no longer wanted`
  const words = candidates.length === 1 ? ['y', 'n'] : [...candidates.map((_, i) => String(i + 1)), 'n']
  const word = await ask([...lines, no].join('\n'), words, terminal)
  if (word === undefined) return undefined
  if (word === 'n') return null
  return candidates[word === 'y' ? 0 : Number(word) - 1]?.identity
}

/** Puts a question until the answer is one of the words, or the beginning of yes or no. */
async function ask(
  text: string,
  words: readonly string[],
  { input, output, signal, begin, interrupt }: Terminal,
): Promise<string | undefined> {
  begin()
  output.write(`${text}\n`)
  const lines = createInterface({ input, output })
  lines.on('SIGINT', interrupt)
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)))
  try {
    for (;;) {
      const answer = await Promise.race([lines.question(`Answer (${words.join(', ')}): `, { signal }), ended])
      if (answer === undefined) output.write('\n')
      const word = answer
        ?.trim()
        .toLowerCase()
        .replace(/^(y|n)(es|o)$/, '$1')
      if (word === undefined || words.includes(word)) return word
    }
  } finally {
    lines.close()
  }
}
