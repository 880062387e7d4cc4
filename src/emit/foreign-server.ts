/** Writing foreign-data wrappers, servers and user mappings. */
import type { ForeignDataWrapper, ForeignServer, UserMapping } from '../catalog/foreign-server.ts'
import { aspectsOf, type KindEmitter, raw } from './emitter.ts'
import { optionMoves, optionsClause } from './foreign-options.ts'
import { quoteIdentifier, quoteLiteral } from './sql.ts'

export const foreignDataWrapperEmitter: KindEmitter<ForeignDataWrapper> = {
  create: ({ object }) => {
    const handler = object.handler === null ? '' : ` handler ${object.handler}`
    const validator = object.validator === null ? '' : ` validator ${object.validator}`
    return [raw(`create ${wrapperTarget(object)}${handler}${validator}${optionsClause(object.options)}`)]
  },
  drop: ({ object }) => [raw(`drop ${wrapperTarget(object)}`)],
  alter: (step) => {
    const { before, after } = step
    const aspects = aspectsOf(step)
    const moves = [
      ...(aspects.has('handler') ? [functionMove('handler', after.handler)] : []),
      ...(aspects.has('validator') ? [functionMove('validator', after.validator)] : []),
    ]
    const options = optionMoves(before.options, after.options)
    if (moves.length === 0 && options === '') return []
    return [raw(`alter ${[wrapperTarget(after), ...moves].join(' ')}${options}`)]
  },
  commentTarget: wrapperTarget,
}

function wrapperTarget(wrapper: ForeignDataWrapper): string {
  return `foreign data wrapper ${quoteIdentifier(wrapper.name)}`
}

function functionMove(word: string, name: string | null): string {
  return name === null ? `no ${word}` : `${word} ${name}`
}

export const foreignServerEmitter: KindEmitter<ForeignServer> = {
  create: ({ object }) => {
    const type = object.type === null ? '' : ` type ${quoteLiteral(object.type)}`
    const version = object.version === null ? '' : ` version ${quoteLiteral(object.version)}`
    const wrapper = ` foreign data wrapper ${quoteIdentifier(object.wrapper)}`
    return [raw(`create ${serverTarget(object)}${type}${version}${wrapper}${optionsClause(object.options)}`)]
  },
  drop: ({ object }) => [raw(`drop ${serverTarget(object)}`)],
  alter: (step) => {
    const { before, after } = step
    const renewed = aspectsOf(step).has('version') && after.version !== null
    const version = renewed ? ` version ${quoteLiteral(after.version)}` : ''
    const options = optionMoves(before.options, after.options)
    return version === '' && options === '' ? [] : [raw(`alter ${serverTarget(after)}${version}${options}`)]
  },
  commentTarget: serverTarget,
}

function serverTarget(server: ForeignServer): string {
  return `server ${quoteIdentifier(server.name)}`
}

export const userMappingEmitter: KindEmitter<UserMapping> = {
  create: ({ object }) => {
    const statement = raw(`create ${mappingTarget(object)}${optionsClause(object.options)}`)
    if (object.hidden.length === 0) return [statement]
    const names = object.hidden.join(', ')
    return [
      {
        ...statement,
        notes: [`Not written here, since it holds a password: the option ${names}. Set it by hand.`],
      },
    ]
  },
  drop: ({ object }) => [raw(`drop ${mappingTarget(object)}`)],
  alter: ({ before, after }) => {
    const options = optionMoves(before.options, after.options)
    return options === '' ? [] : [raw(`alter ${mappingTarget(after)}${options}`)]
  },
  commentTarget: () => null,
}

function mappingTarget(mapping: UserMapping): string {
  return `user mapping for ${mapping.user === 'public' ? 'public' : quoteIdentifier(mapping.user)} server ${quoteIdentifier(mapping.server)}`
}
