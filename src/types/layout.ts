/** Laying out TypeScript as Biome with single quotes and without semicolons leaves it, 80 characters wide. */
import { quoteString } from '../emit/source.ts'

const WIDTH = 80

/** A type as it is written: a union of members, or a name with unions as arguments. */
export type TypeText =
  | { readonly members: readonly string[] }
  | { readonly name: string; readonly args: readonly (readonly string[])[] }

/** A string literal, in the quotes that need fewer escapes. */
export function literal(text: string): string {
  const [single, double] = [text.split("'").length, text.split('"').length]
  if (single <= double) return quoteString(text)
  const parts = text.split("'").map((part) => quoteString(part).slice(1, -1).replaceAll('"', '\\"'))
  return `"${parts.join("'")}"`
}

/** Compilers disagree on letters beyond the basic plane. */
const BEYOND = /[\u{10000}-\u{10ffff}]/u

/** The key of a property, in quotes where it must be. */
export function propertyKey(name: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) && !BEYOND.test(name) ? name : literal(name)
}

/** `  key: type` as lines. */
export function property(key: string, type: TypeText): string {
  const head = `  ${propertyKey(key)}:`
  if ('members' in type) return `${head}${unionText(type.members, head.length, 4)}`
  const { name, args } = type
  const line = `${head} ${name}<${args.map((members) => members.join(' | ')).join(', ')}>`
  const [only] = args
  const cannotBreak = args.length === 1 && only?.length === 1
  if (line.length <= WIDTH || cannotBreak) return line
  const lines = args.map((members, i) => {
    const comma = i < args.length - 1 ? ',' : ''
    const text = members.join(' | ')
    if (members.length === 1 || 4 + text.length + comma.length <= WIDTH) return `    ${text}${comma}`
    return `${members.map((member) => `    | ${member}`).join('\n')}${comma}`
  })
  return `${head} ${name}<\n${lines.join('\n')}\n  >`
}

/** `export type Name = 'a' | 'b'` */
export function typeAlias(name: string, members: readonly string[]): string {
  const head = `export type ${name} =`
  const [only] = members
  if (members.length > 1) return `${head}${unionText(members, head.length, 2)}`
  const line = `${head} ${only ?? 'never'}`
  return line.length <= WIDTH || only === undefined ? line : `${head}\n  ${only}`
}

function unionText(members: readonly string[], before: number, indent: number): string {
  const text = members.join(' | ')
  if (members.length === 1 || before + 1 + text.length <= WIDTH) return ` ${text}`
  return members.map((member) => `\n${' '.repeat(indent)}| ${member}`).join('')
}

/** A comment as JSDoc; none for null. */
export function docComment(text: string | null, indent = ''): string {
  if (text === null || text.trim() === '') return ''
  const lines = text
    .trim()
    .replaceAll('*/', '*\\/')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.trimEnd())
  const [only = '', ...others] = lines
  if (others.length === 0) return `${indent}/** ${only} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('')}${indent} */\n`
}
