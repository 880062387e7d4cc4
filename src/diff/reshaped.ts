/** Types made anew whose values, written as text, are not to be read as values of the new type: what they are made of is elsewhere. */
import type { CompositeType } from '../catalog/composite-type.ts'
import type { Identity } from '../catalog/object.ts'
import type { Sides } from './change.ts'
import { attributeConversion } from './conversion.ts'
import { isRemade } from './remade.ts'
import { printsAs } from './remake.ts'
import { isStoredAsText, withoutModifiers } from './value-type.ts'

/** Whether a plan makes a type anew and converts its values attribute by attribute: a composite type, or one made of such. */
export function isReshaped(identity: Identity, sides: Sides): boolean {
  if (!isRemade(identity, sides)) return false
  const [before, after] = [sides.live.objects.get(identity), sides.target.objects.get(identity)]
  if (
    before?.kind === 'composite type' &&
    after?.kind === 'composite type' &&
    !readsAlike(before, after, sides)
  )
    return true
  return [...(sides.live.dependencies.get(identity) ?? [])].some((needed) => isReshaped(needed, sides))
}

/** Whether an attribute's or a domain's values are of a type that is reshaped, or arrays of it. */
export function isOfReshaped(holder: Identity, type: string, sides: Sides): boolean {
  return [...(sides.live.dependencies.get(holder) ?? [])].some((needed) => {
    const object = sides.live.objects.get(needed)
    return object !== undefined && printsAs(type, object, sides.live) && isReshaped(needed, sides)
  })
}

/** The same attributes in the same places, none of which is converted in another way than by reading it. */
function readsAlike(before: CompositeType, after: CompositeType, sides: Sides): boolean {
  return (
    before.attributes.length === after.attributes.length &&
    after.attributes.every((attribute, i) => {
      const old = before.attributes[i]
      if (old?.name !== attribute.name) return false
      const conversion = attributeConversion(old, attribute, sides)
      if (conversion === null) return true
      const same = withoutModifiers(old.type) === withoutModifiers(attribute.type)
      return conversion.way === 'assignment' && (same || isStoredAsText(withoutModifiers(attribute.type)))
    })
  )
}
