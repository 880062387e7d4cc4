/** Texts within Graphviz's language. */
import { visible } from './visible.ts'

/** A quoted identifier or the value of an attribute. */
export function dotString(text: string): string {
  return `"${visible(text).replace(/["\\]/g, '\\$&')}"`
}

/** Text within an HTML-like label, whose elements must not be empty. */
export function dotHtml(text: string): string {
  if (text === '') return '&#160;'
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
