import { describe, expect, it } from 'vitest'
import { nearest } from '../src/nearest.ts'

const KEYS = ['url', 'migrations', 'schema', 'schemas', 'manage', 'versionTable', 'lockTimeout']

describe('nearest', () => {
  it.each([
    ['migratons', 'migrations'],
    ['migrationss', 'migrations'],
    ['imgrations', 'migrations'],
    ['Schema', 'schema'],
    ['shcema', 'schema'],
    ['versiontable', 'versionTable'],
    ['lock_timeout', 'lockTimeout'],
    ['ulr', 'url'],
  ])('%s was meant to be %s', (word, expected) => {
    expect(nearest(word, KEYS)).toBe(expected)
  })

  it('is nothing when all are too far', () => {
    expect(nearest('zebra', KEYS)).toBeUndefined()
    expect(nearest('', KEYS)).toBeUndefined()
    expect(nearest('word', [])).toBeUndefined()
  })

  it('is the first of several that are as near', () => {
    expect(nearest('ab1', ['ab2', 'ab3'])).toBe('ab2')
  })
})
