/** How much memory a command takes that reads everything once and ends. */
import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's space for new objects as small as it starts: it would double as 10,000 revisions and their rows are read, to 32 MB
 * that hold little. Measured with Node 20, 22 and 24: `current` takes 72 to 85 MB, not 95 to 110, and the same time. What
 * makes more objects pays for it: `history` 5 % of its time. A later V8 may know another word for it, and would say so on stderr.
 */
export function keepMemorySmall(): void {
  if (Number(process.versions.node.split('.')[0]) <= 24) setFlagsFromString('--semi-space-growth-factor=1')
}
