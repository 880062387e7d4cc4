/** Post-write hooks that failed, for stderr. */
import type { HookResult } from '../../index.ts'
import type { Style } from './style.ts'

/** What went wrong, with what the hooks printed below it. */
export function hooksText(hooks: readonly HookResult[], style: Style): string {
  return hooks
    .filter(({ ok }) => !ok)
    .map(({ error, output }) => [`${style.bold(style.red('error:'))} ${error}`, output].join('\n').trimEnd())
    .join('\n')
}
