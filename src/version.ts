/** Which dbmig this is. */
import { readFileSync } from 'node:fs'
import { packageFolder } from './place.ts'

let version: string | undefined

export function dbmigVersion(): string {
  version ??= String(Reflect.get(Object(manifest()), 'version'))
  return version
}

function manifest(): unknown {
  return JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8'))
}

/** Whether a version is at least another; what is on the way to a release (`1.2.0-rc.1`) counts as that. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) =>
    text
      .replace(/[-+].*$/, '')
      .split('.')
      .map(Number),
  )
  for (const [place, number] of (want ?? []).entries()) {
    const other = have?.[place] ?? 0
    if (other !== number) return other > number
  }
  return true
}
