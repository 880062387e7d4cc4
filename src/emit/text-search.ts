/** Writing text search objects. */
import type { Catalog } from '../catalog/catalog.ts'
import {
  dictionaryOptions,
  type TextSearchConfiguration,
  type TextSearchDictionary,
  type TextSearchMapping,
  type TextSearchParser,
  type TextSearchTemplate,
} from '../catalog/text-search.ts'
import type { AlterStep } from '../diff/change.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const textSearchParserEmitter: KindEmitter<TextSearchParser> = {
  ...plain('parser'),
  create: ({ object, sides }) => [
    raw(`create text search parser ${sqlName(object, sides.target)} (${object.functions.join(', ')})`),
  ],
  alter: () => [],
}

export const textSearchTemplateEmitter: KindEmitter<TextSearchTemplate> = {
  ...plain('template'),
  create: ({ object, sides }) => [
    raw(`create text search template ${sqlName(object, sides.target)} (${object.functions.join(', ')})`),
  ],
  alter: () => [],
}

export const textSearchDictionaryEmitter: KindEmitter<TextSearchDictionary> = {
  ...plain('dictionary'),
  create: ({ object, sides }) => {
    const options = [`template = ${object.template}`, ...(object.options === null ? [] : [object.options])]
    return [raw(`create text search dictionary ${sqlName(object, sides.target)} (${options.join(', ')})`)]
  },
  alter: (step) => (aspectsOf(step).has('options') ? [alterOptions(step)] : []),
}

export const textSearchConfigurationEmitter: KindEmitter<TextSearchConfiguration> = {
  ...plain('configuration'),
  create: ({ object, sides }) => [
    raw(`create text search configuration ${sqlName(object, sides.target)} (parser = ${object.parser})`),
    ...setMappings(object, 'add', object.mappings, sides.target),
  ],
  alter: (step) => (aspectsOf(step).has('mappings') ? alterMappings(step) : []),
}

function plain(kind: string): {
  drop: KindEmitter<
    TextSearchParser | TextSearchTemplate | TextSearchDictionary | TextSearchConfiguration
  >['drop']
  commentTarget: (object: { readonly schema: string; readonly name: string }, catalog: Catalog) => string
} {
  return {
    drop: ({ object, sides }) => [raw(`drop text search ${kind} ${sqlName(object, sides.live)}`)],
    commentTarget: (object, catalog) => `text search ${kind} ${sqlName(object, catalog)}`,
  }
}

/** An option without a value is reset. */
function alterOptions({ before, after, sides }: AlterStep<TextSearchDictionary>): Statement {
  const [old, wanted] = [dictionaryOptions(before), dictionaryOptions(after)]
  const moves = [
    ...[...old.keys()].filter((name) => !wanted.has(name)),
    ...[...wanted]
      .filter(([name, value]) => old.get(name) !== value)
      .map(([name, value]) => `${name} = ${value}`),
  ]
  return raw(`alter text search dictionary ${sqlName(after, sides.target)} (${moves.join(', ')})`)
}

function alterMappings({ before, after, sides }: AlterStep<TextSearchConfiguration>): Statement[] {
  const old = new Map(before.mappings.map((one) => [one.token, one.dictionaries.join(', ')]))
  const wanted = new Set(after.mappings.map((one) => one.token))
  const gone = before.mappings
    .filter((one) => !wanted.has(one.token))
    .map((one) => quoteIdentifier(one.token))
  const changed = after.mappings.filter(
    (one) => old.has(one.token) && old.get(one.token) !== one.dictionaries.join(', '),
  )
  const name = sqlName(after, sides.target)
  return [
    ...(gone.length === 0
      ? []
      : [raw(`alter text search configuration ${name} drop mapping for ${gone.join(', ')}`)]),
    ...setMappings(after, 'alter', changed, sides.target),
    ...setMappings(
      after,
      'add',
      after.mappings.filter((one) => !old.has(one.token)),
      sides.target,
    ),
  ]
}

/** Token types that are looked up alike go in one statement. */
function setMappings(
  configuration: TextSearchConfiguration,
  verb: 'add' | 'alter',
  mappings: readonly TextSearchMapping[],
  catalog: Catalog,
): Statement[] {
  const alike = new Map<string, string[]>()
  for (const { token, dictionaries } of mappings) {
    const key = dictionaries.join(', ')
    alike.set(key, [...(alike.get(key) ?? []), quoteIdentifier(token)])
  }
  return [...alike].map(([dictionaries, tokens]) =>
    raw(
      `alter text search configuration ${sqlName(configuration, catalog)} ${verb} mapping for ${tokens.join(', ')} with ${dictionaries}`,
    ),
  )
}
