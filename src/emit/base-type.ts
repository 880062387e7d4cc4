/** Writing base types and their shells. */
import type { BaseType, ShellType } from '../catalog/base-type.ts'
import { aspectsOf, type KindEmitter, raw, sqlName } from './emitter.ts'

export const baseTypeEmitter: KindEmitter<BaseType> = {
  create: ({ object, sides }) => {
    const items = [...object.options, ...object.settings].map((item) => `  ${item}`).join(',\n')
    return [raw(`create type ${sqlName(object, sides.target)} (\n${items}\n)`)]
  },
  // The type and its functions need each other: they go together.
  drop: ({ object, parts, sides }) => [
    raw(`drop type ${sqlName(object, sides.live)}${parts.length > 0 ? ' cascade' : ''}`),
  ],
  alter: (step) => {
    const { before, after, sides } = step
    if (!aspectsOf(step).has('settings')) return []
    const name = (setting: string): string => setting.slice(0, setting.indexOf(' '))
    const kept = new Set(after.settings.map(name))
    const moves = [
      ...after.settings.filter((setting) => !before.settings.includes(setting)),
      ...before.settings
        .map(name)
        .filter((setting) => !kept.has(setting))
        .map((setting) => `${setting} = ${setting === 'storage' ? 'plain' : 'none'}`),
    ]
    return [raw(`alter type ${sqlName(after, sides.target)} set (${moves.join(', ')})`)]
  },
  commentTarget: (type, catalog) => `type ${sqlName(type, catalog)}`,
}

export const shellTypeEmitter: KindEmitter<ShellType> = {
  create: ({ object, sides }) => [raw(`create type ${sqlName(object, sides.target)}`)],
  drop: ({ object, sides }) => [raw(`drop type ${sqlName(object, sides.live)}`)],
  alter: () => [],
  commentTarget: (type, catalog) => `type ${sqlName(type, catalog)}`,
}
