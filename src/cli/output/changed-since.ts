/** Applied files that are not what ran any more, as text. */
import type { Style } from './style.ts'

export function changedSinceText(revisions: readonly string[], style: Style): string {
  const [were, what] = revisions.length === 1 ? ['was', 'it says'] : ['were', 'they say']
  return `${style.yellow('warning:')} ${revisions.join(', ')} ${were} changed after being applied, so ${what} what never ran here. Put the change into a new revision.`
}
