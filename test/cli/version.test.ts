import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbmig, repository } from '../support/cli.ts'

const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string }

test.each([[['--version']], [['-V']], [['--version', '--no-color']]])(
  '%s prints the version',
  async (args) => {
    expect(await dbmig(args, { cwd: '/' })).toEqual({ exitCode: 0, stdout: version, stderr: '' })
  },
)
