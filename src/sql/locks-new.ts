/** Whether definitions keep others from nothing that was there before them. */
import { nameAt, splitStatements, type Word } from './needs.ts'

/** What goes as a whole keeps nobody from anything that is still there when it is gone. */
const GOES = /^drop (?:table|view|sequence|type|domain) (?!.* cascade )/
const COMES = /^create (?:type|domain|schema|view) /
const REMARK = /^comment on /

/**
 * Judges by the statements alone, and rather too strictly: where one locks a table that was there before, as `alter table`, `create index` and a
 * foreign key do, it says no. A table that is dropped may have foreign keys to one that stays.
 *
 * @param statements definitions, each one statement: see `isDefinition`
 * @param made the names of what earlier statements have made; those of what these make are added
 */
export function locksNewAlone(statements: readonly string[], made: Set<string>): boolean {
  return statements.flatMap(splitStatements).every((words) => isNewAlone(words, made))
}

function isNewAlone(words: readonly Word[], made: Set<string>): boolean {
  const text = `${words.map((word) => word.text).join(' ')} `
  const isMade = (at: number): boolean => {
    const found = nameAt(words, at)
    return found !== null && made.has(found.name.name)
  }
  if (GOES.test(text) || COMES.test(text) || REMARK.test(text)) return true
  if (/^create (?:unique )?index /.test(text)) {
    const on = words.findIndex((word) => word.text === 'on')
    return isMade(words[on + 1]?.text === 'only' ? on + 2 : on + 1)
  }
  if (/^create sequence /.test(text)) return !/ owned by /.test(text)
  if (/^alter table /.test(text)) return isMade(2) && !/ (?:references|partition|inherit) /.test(text)
  if (!/^create table /.test(text)) return false
  // It may be there already.
  if (/^create table if /.test(text)) return false
  const name = nameAt(words, 2)
  if (name === null || / (?:inherits|partition of|like) /.test(text)) return false
  made.add(name.name.name)
  return words.every((word, at) => word.kind !== 'word' || word.text !== 'references' || isMade(at + 1))
}
