/** The declarations that a file of types brings along: what pg makes of some types, and what it takes for them. */
import type { Helper } from './value-type.ts'

interface Declaration {
  readonly text: string
  readonly needs?: readonly Helper[]
}

const declarations: Readonly<Record<Helper, Declaration>> = {
  // With `never`, Kysely lets anything into a view, all of whose columns are such.
  ViewColumn: {
    text: `/** A column of a view, which takes nothing. */
export type ViewColumn<T> = ColumnType<T, undefined, undefined>`,
  },
  NumberInput: {
    text: `/** pg gives text for numbers that may be larger or more exact than JavaScript's. */
export type NumberInput = string | number | bigint`,
  },
  DateInput: { text: 'export type DateInput = Date | string' },
  BytesInput: { text: 'export type BytesInput = Uint8Array | string' },
  JsonValue: {
    text: `export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | JsonObject`,
    needs: ['JsonObject'],
  },
  JsonObject: {
    text: `export type JsonObject = { [key: string]: JsonValue | undefined }`,
    needs: ['JsonValue'],
  },
  JsonInput: {
    text: `/**
 * An object goes as it is, and a text is JSON already. An array must go through
 * JSON.stringify, since pg makes an array of PostgreSQL of it.
 */
export type JsonInput = JsonObject | string | number | boolean`,
    needs: ['JsonObject'],
  },
  PostgresInterval: {
    text: `/** What pg makes of an interval; parts that are zero are missing. */
export interface PostgresInterval {
  years?: number
  months?: number
  days?: number
  hours?: number
  minutes?: number
  seconds?: number
  milliseconds?: number
  toPostgres(): string
  toISO(): string
  toISOString(): string
}`,
  },
  IntervalInput: {
    text: 'export type IntervalInput = PostgresInterval | string',
    needs: ['PostgresInterval'],
  },
  Point: {
    text: `export interface Point {
  x: number
  y: number
}`,
  },
  Circle: {
    text: `export interface Circle {
  x: number
  y: number
  radius: number
}`,
  },
}

export const helperNames: readonly string[] = Object.keys(declarations)

/** The declarations of helpers and of what these need, in the order of the table. */
export function helperTexts(wanted: Iterable<Helper>): string[] {
  const all = new Set<Helper>()
  const add = (helper: Helper): void => {
    if (all.has(helper)) return
    all.add(helper)
    for (const needed of declarations[helper].needs ?? []) add(needed)
  }
  for (const helper of wanted) add(helper)
  return (Object.keys(declarations) as Helper[])
    .filter((helper) => all.has(helper))
    .map((helper) => declarations[helper].text)
}
