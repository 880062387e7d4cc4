// Makes the pictures of the README from the examples: `npm run pictures`.
import { fileURLToPath } from 'node:url'
import { diagram } from '../../dist/index.js'

const repository = fileURLToPath(new URL('../..', import.meta.url))

const { path, written } = await diagram({
  cwd: `${repository}/examples/shop`,
  output: `${repository}/docs/pictures/shop.svg`,
})
console.log(`${path} ${written ? 'is new' : 'was up to date'}`)
