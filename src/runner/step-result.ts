/** What a run tells of a step when it is over. */
import type { Step } from '../graph/revision.ts'
import type { StepResult } from './run.ts'

/** @param durationMs nought where it has not run, or nothing runs */
export function stepResult({ revision, direction }: Step, durationMs = 0): StepResult {
  return { revision: revision.revision, message: revision.message, direction, durationMs }
}
