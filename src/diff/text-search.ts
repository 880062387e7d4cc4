/** Comparing text search objects. */
import {
  dictionaryOptions,
  type TextSearchConfiguration,
  type TextSearchDictionary,
  type TextSearchParser,
  type TextSearchTemplate,
} from '../catalog/text-search.ts'
import { difference, type KindDiffer, listed, listedOptions, plainDiffer } from './differ.ts'

export const textSearchParserDiffer: KindDiffer<TextSearchParser> = {
  ...plainDiffer,
  compare: (before, after) =>
    difference('functions', listed(before.functions), listed(after.functions), { replaces: true }),
  names: (parser) => [name('parser', parser)],
}

export const textSearchTemplateDiffer: KindDiffer<TextSearchTemplate> = {
  ...plainDiffer,
  compare: (before, after) =>
    difference('functions', listed(before.functions), listed(after.functions), { replaces: true }),
  names: (template) => [name('template', template)],
}

export const textSearchDictionaryDiffer: KindDiffer<TextSearchDictionary> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('template', before.template, after.template, { replaces: true }),
    ...difference('options', options(before), options(after)),
  ],
  names: (dictionary) => [name('dictionary', dictionary)],
}

export const textSearchConfigurationDiffer: KindDiffer<TextSearchConfiguration> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('parser', before.parser, after.parser, { replaces: true }),
    ...difference('mappings', mappings(before), mappings(after)),
  ],
  names: (configuration) => [name('configuration', configuration)],
}

function name(kind: string, object: { readonly schema: string; readonly name: string }): string {
  return `text search ${kind} ${JSON.stringify([object.schema, object.name])}`
}

function options(dictionary: TextSearchDictionary): string | null {
  return listedOptions([...dictionaryOptions(dictionary)].map(([name, value]) => `${name} = ${value}`))
}

function mappings(configuration: TextSearchConfiguration): string | null {
  return listed(configuration.mappings.map((one) => `${one.token} with ${one.dictionaries.join(', ')}`))
}
