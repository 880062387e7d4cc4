/** Writing rules. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Rule } from '../catalog/rule.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, tableSqlName } from './emitter.ts'
import { quoteIdentifier } from './sql.ts'
import { FIRING_WORDS } from './trigger.ts'

export const ruleEmitter: KindEmitter<Rule> = {
  create: ({ object, sides }) => [
    create('create', object, sides.target),
    ...(object.firing === 'origin' ? [] : [setFiring(object, sides.target)]),
  ],
  drop: ({ object, sides }) => [raw(`drop ${target(object, sides.live)}`)],
  alter: (step) => [
    ...(aspectsOf(step).has('definition')
      ? [create('create or replace', step.after, step.sides.target)]
      : []),
    ...(aspectsOf(step).has('enabled') ? [setFiring(step.after, step.sides.target)] : []),
  ],
  commentTarget: target,
}

function create(verb: string, rule: Rule, catalog: Catalog): Statement {
  const definition = rule.definition.replace(/^CREATE RULE/, `${verb} rule`)
  const table = `${quoteIdentifier(rule.schema)}.${quoteIdentifier(rule.table)}`
  return raw(definition.replace(` TO ${table}`, () => ` TO ${tableSqlName(rule, catalog)}`))
}

function setFiring(rule: Rule, catalog: Catalog): Statement {
  const words = `${FIRING_WORDS[rule.firing]} rule ${quoteIdentifier(rule.name)}`
  return raw(`alter table ${tableSqlName(rule, catalog)} ${words}`)
}

function target(rule: Rule, catalog: Catalog): string {
  return `rule ${quoteIdentifier(rule.name)} on ${tableSqlName(rule, catalog)}`
}
