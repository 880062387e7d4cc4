/** Writing languages and transforms. */
import type { Language, Transform } from '../catalog/language.ts'
import { type KindEmitter, raw, type Statement } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'

export const languageEmitter: KindEmitter<Language> = {
  create: ({ object }) => [createLanguage('create', object)],
  drop: ({ object }) => [raw(`drop ${languageTarget(object)}`)],
  alter: ({ after, differences }) =>
    differences.some(({ aspect }) => aspect !== 'comment')
      ? [createLanguage('create or replace', after)]
      : [],
  commentTarget: languageTarget,
}

function createLanguage(verb: string, { name, trusted, handler, inline, validator }: Language): Statement {
  return raw(
    [
      `${verb}${trusted ? ' trusted' : ''} language ${quoteIdentifier(name)} handler ${handler}`,
      ...(inline === null ? [] : [`inline ${inline}`]),
      ...(validator === null ? [] : [`validator ${validator}`]),
    ].join(' '),
  )
}

function languageTarget(language: Language): string {
  return `language ${quoteIdentifier(language.name)}`
}

export const transformEmitter: KindEmitter<Transform> = {
  create: ({ object }) => [createTransform('create', object)],
  drop: ({ object }) => [raw(`drop ${transformTarget(object)}`)],
  alter: ({ after, differences }) =>
    differences.some(({ aspect }) => aspect !== 'comment')
      ? [createTransform('create or replace', after)]
      : [],
  commentTarget: transformTarget,
}

function createTransform(verb: string, transform: Transform): Statement {
  const functions = [
    ...(transform.fromSql === null ? [] : [`from sql with function ${transform.fromSql}`]),
    ...(transform.toSql === null ? [] : [`to sql with function ${transform.toSql}`]),
  ]
  return raw(`${verb} ${transformTarget(transform)} (${functions.join(', ')})`)
}

function transformTarget(transform: Transform): string {
  return `transform for ${transform.type} language ${quoteIdentifier(transform.language)}`
}
