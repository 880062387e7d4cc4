/** Where dbmig itself lies. The build puts its files side by side into dist, where this one is as deep as it is in src. */
import { extname } from 'node:path'

/** What `package.json` and `templates` lie in. */
export const packageFolder = new URL('..', import.meta.url)

/** What all of the code lies in: `src` or `dist`. */
export const codeFolder = new URL('.', import.meta.url)

/** The public API of this very copy: `index.ts` in the sources, `index.js` in dist. */
export const ownIndex = new URL(`index${extname(import.meta.url)}`, codeFolder)
