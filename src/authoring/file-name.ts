/** The name of a revision file, from the project's template. */
import { basename } from 'node:path'
import type { Project } from '../config/config.ts'
import { slugOf } from './slug.ts'

export type NameSettings = Pick<Project, 'fileTemplate' | 'timezone' | 'slugLength'> & {
  /** New files have the extension of the text that they are written from. */
  readonly template?: string | undefined
}

/**
 * Fills in `fileTemplate`: `{year} {month} {day} {hour} {minute} {second} {epoch} {rev} {slug}`, where `/` makes sub folders.
 *
 * @param createdAt shown in the project's time zone
 * @returns a name that ends in `.ts`, or as the template says; without a message also without the separator that stood before the slug
 */
export function revisionFileName(
  settings: NameSettings,
  revision: string,
  message: string,
  createdAt: Date,
): string {
  const values: Record<string, string> = {
    ...datePartsOf(createdAt, settings.timezone),
    epoch: String(Math.trunc(createdAt.getTime() / 1000)),
    rev: revision,
    slug: slugOf(message, settings.slugLength),
  }
  const name = settings.fileTemplate.replace(/\{(\w+)\}/g, (_, token: string) => values[token] ?? '')
  return `${name.replace(/[_-]+$/, '')}${revisionExtension(settings.template)}`
}

/**
 * The extension of new revision files: `.mjs` for `revision.mjs` and for `revision.mjs.template`.
 *
 * @param template its path; undefined for the built-in one
 */
export function revisionExtension(template: string | undefined): string {
  return /.*(\.[cm]?[jt]s)(?:\.|$)/.exec(basename(template ?? ''))?.[1] ?? '.ts'
}

/** Two digits each, four for the year: `{ year: '2026', month: '01', … }`. */
export function datePartsOf(date: Date, timeZone: string): Record<string, string> {
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
