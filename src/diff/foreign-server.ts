/** Comparing foreign-data wrappers, servers and user mappings. */
import type { ForeignDataWrapper, ForeignServer, UserMapping } from '../catalog/foreign-server.ts'
import { difference, type KindDiffer, plainDiffer } from './differ.ts'
import { optionsDifference } from './foreign-options.ts'

export const foreignDataWrapperDiffer: KindDiffer<ForeignDataWrapper> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('handler', before.handler, after.handler),
    ...difference('validator', before.validator, after.validator),
    ...optionsDifference(before.options, after.options),
  ],
  names: (wrapper) => [wrapper.identity],
}

export const foreignServerDiffer: KindDiffer<ForeignServer> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('foreign data wrapper', before.wrapper, after.wrapper, { replaces: true }),
    ...difference('type', before.type, after.type, { replaces: true }),
    ...difference('version', before.version, after.version, { replaces: after.version === null }),
    ...optionsDifference(before.options, after.options),
  ],
  names: (server) => [server.identity],
}

export const userMappingDiffer: KindDiffer<UserMapping> = {
  ...plainDiffer,
  compare: (before, after) => optionsDifference(before.options, after.options),
  names: (mapping) => [mapping.identity],
}
