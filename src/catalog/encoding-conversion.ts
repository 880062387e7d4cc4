/** Conversions between character set encodings. */
import { identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  functionName,
  type KindReader,
  notOfExtension,
  withComment,
} from './reader.ts'

export interface EncodingConversion extends ObjectBase {
  readonly kind: 'conversion'
  readonly schema: string
  readonly from: string
  readonly to: string
  readonly function: string
  readonly isDefault: boolean
}

interface ConversionRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly from_encoding: string
  readonly to_encoding: string
  readonly function: string
  readonly is_default: boolean
}

export const encodingConversionReader: KindReader<EncodingConversion, ConversionRow> = {
  kind: 'conversion',
  query: () => `
    select ${addressOf('pg_conversion', 'c.oid')}, n.nspname::text as schema, c.conname::text as name, description.description as comment,
      pg_encoding_to_char(c.conforencoding)::text as from_encoding, pg_encoding_to_char(c.contoencoding)::text as to_encoding,
      ${functionName('c.conproc')} as function, c.condefault as is_default
    from pg_conversion c
    join pg_namespace n on n.oid = c.connamespace
    ${withComment('pg_conversion', 'c.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_conversion', 'c.oid')}
    order by n.nspname, c.conname`,
  read: (row) => ({
    kind: 'conversion',
    identity: identityOf('conversion', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    from: row.from_encoding,
    to: row.to_encoding,
    function: row.function,
    isDefault: row.is_default,
  }),
}
