/** Comparing the options of foreign objects, without telling what may be a secret. */
import type { Difference } from './change.ts'
import { difference, listedOptions } from './differ.ts'

const MAY_BE_SECRET = /pass|secret|token|key|credential/i

/** One difference for all options; values that may be secrets are masked, and are told apart all the same. */
export function optionsDifference(
  before: readonly string[],
  after: readonly string[],
  aspect = 'options',
): Difference[] {
  if (difference(aspect, listedOptions(before), listedOptions(after)).length === 0) return []
  const [from, to] = [listedOptions(before.map(masked)), listedOptions(after.map(masked))]
  const [found] = difference(aspect, from, to)
  return [
    found ?? {
      aspect,
      from: from ?? 'none',
      to: `${to ?? 'none'} (another value)`,
      replaces: false,
      remakes: false,
    },
  ]
}

function masked(option: string): string {
  const name = option.slice(0, option.indexOf('='))
  return MAY_BE_SECRET.test(name) ? `${name}=…` : option
}
