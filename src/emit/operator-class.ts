/** Writing operator classes and families. */
import type { Catalog } from '../catalog/catalog.ts'
import type { OperatorClass, OperatorFamily } from '../catalog/operator-class.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const operatorFamilyEmitter: KindEmitter<OperatorFamily> = {
  create: ({ object, sides }) => [
    raw(`create ${familyTarget(object, sides.target)}`),
    ...addItems(object, object.items, sides.target),
  ],
  drop: ({ object, sides }) => [raw(`drop ${familyTarget(object, sides.live)}`)],
  alter: (step) => {
    const { before, after, sides } = step
    if (!aspectsOf(step).has('items')) return []
    const gone = before.items.filter((item) => !after.items.includes(item))
    return [
      ...(gone.length === 0
        ? []
        : [raw(`alter ${familyTarget(before, sides.live)} drop ${gone.map(itemAddress).join(', ')}`)]),
      ...addItems(
        after,
        after.items.filter((item) => !before.items.includes(item)),
        sides.target,
      ),
    ]
  },
  commentTarget: familyTarget,
}

export const operatorClassEmitter: KindEmitter<OperatorClass> = {
  create: ({ object, sides }) => {
    const isDefault = object.isDefault ? ' default' : ''
    const head = `create operator class ${sqlName(object, sides.target)}${isDefault} for type ${object.type} using ${quoteIdentifier(object.method)} family ${object.familyName} as`
    // The grammar wants at least one entry; a class without any is said by its own type as its storage.
    const storage = object.storage ?? (object.items.length === 0 ? object.type : null)
    const entries = [...object.items, ...(storage === null ? [] : [`storage ${storage}`])]
    return [raw(`${head}\n  ${entries.join(',\n  ')}`)]
  },
  drop: ({ object, sides }) => [raw(`drop ${classTarget(object, sides.live)}`)],
  alter: () => [],
  commentTarget: classTarget,
}

function familyTarget(family: OperatorFamily, catalog: Catalog): string {
  return `operator family ${sqlName(family, catalog)} using ${quoteIdentifier(family.method)}`
}

function classTarget(operatorClass: OperatorClass, catalog: Catalog): string {
  return `operator class ${sqlName(operatorClass, catalog)} using ${quoteIdentifier(operatorClass.method)}`
}

function addItems(family: OperatorFamily, items: readonly string[], catalog: Catalog): Statement[] {
  return items.length === 0
    ? []
    : [raw(`alter ${familyTarget(family, catalog)} add\n  ${items.join(',\n  ')}`)]
}

/** What `drop` names an entry by: its number and types, without the operator or function. */
function itemAddress(item: string): string {
  const found = /^operator (\d+) .*?(\([^()]*\))(?: for order by .*)?$/s.exec(item)
  if (found !== null) return `operator ${found[1]} ${found[2]}`
  return item.replace(/^(function \d+ \(.*?\)) .*$/s, '$1')
}
