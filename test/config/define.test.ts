import { expect, test } from 'vitest'
import { defineConfig } from '../../src/config/define.ts'

test('defineConfig gives back what it is given', () => {
  const config = { url: 'postgres://host/name' }
  const configure = () => config
  expect(defineConfig(config)).toBe(config)
  expect(defineConfig(configure)).toBe(configure)
})
