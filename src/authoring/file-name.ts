/** The name of a revision file, from the project's template. */
import type { Project } from '../config/config.ts'
import { slugOf } from './slug.ts'

export type NameSettings = Pick<Project, 'fileTemplate' | 'timezone' | 'slugLength'>

/**
 * Fills in `fileTemplate`: `{year} {month} {day} {hour} {minute} {second} {rev} {slug}`.
 *
 * @param createdAt shown in the project's time zone
 * @returns a name that ends in `.ts`; without a message also without the separator that stood before the slug
 */
export function revisionFileName(
  settings: NameSettings,
  revision: string,
  message: string,
  createdAt: Date,
): string {
  const values: Record<string, string> = {
    ...datePartsOf(createdAt, settings.timezone),
    rev: revision,
    slug: slugOf(message, settings.slugLength),
  }
  const name = settings.fileTemplate.replace(/\{(\w+)\}/g, (_, token: string) => values[token] ?? '')
  return `${name.replace(/[_-]+$/, '')}.ts`
}

function datePartsOf(date: Date, timeZone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  return Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]))
}
