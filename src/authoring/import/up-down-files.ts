/** Migrations that are two files each: `name.up.sql` and `name.down.sql`. */
import { badFile } from './errors.ts'
import type { SqlFile } from './sql-layout.ts'

export interface UpDownFiles {
  readonly name: string
  readonly up: SqlFile
  readonly down: SqlFile | null
}

const DIRECTION = /\.(up|down)\.sql$/

export function isUpDownFile({ file }: SqlFile): boolean {
  return DIRECTION.test(file)
}

/** @throws IMPORT_BAD_FILE for a down without an up */
export function pairFiles(files: readonly SqlFile[], layout: string): UpDownFiles[] {
  const ups = files.filter(({ file }) => file.endsWith('.up.sql'))
  const nameOf = ({ file }: SqlFile): string => file.replace(DIRECTION, '')
  const downs = new Map(
    files.filter(({ file }) => file.endsWith('.down.sql')).map((file) => [nameOf(file), file]),
  )
  const pairs = ups.map((up) => ({ name: nameOf(up), up, down: downs.get(nameOf(up)) ?? null }))
  const paired = new Set(pairs.map(({ name }) => name))
  const alone = [...downs].find(([name]) => !paired.has(name))
  if (alone !== undefined) throw badFile(alone[1].path, layout, `there is no ${alone[0]}.up.sql beside it`)
  return pairs
}

export function wholeFile({ path, text }: SqlFile): { file: string; text: string; linesBefore: number } {
  return { file: path, text, linesBefore: 0 }
}
