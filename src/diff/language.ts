/** Comparing languages and transforms, which are replaced in place. */
import type { Language, Transform } from '../catalog/language.ts'
import { difference, goesAway, type KindDiffer, plainDiffer } from './differ.ts'
import { remakesType } from './remake.ts'

export const languageDiffer: KindDiffer<Language> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('trusted', before.trusted, after.trusted),
    ...difference('handler', before.handler, after.handler),
    ...difference('inline handler', before.inline, after.inline),
    ...difference('validator', before.validator, after.validator),
  ],
  names: (language) => [language.identity],
}

export const transformDiffer: KindDiffer<Transform> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('from sql', before.fromSql, after.fromSql),
    ...difference('to sql', before.toSql, after.toSql),
  ],
  names: (transform) => [transform.identity],
  rebuiltBy: (_transform, cause) => goesAway(cause) || remakesType(cause),
}
