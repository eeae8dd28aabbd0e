/**
 * Chat templates in one notation, so that two which write the same are the same text: what is written stands as it is, a value as `value(message.role)`
 * and a statement as `statement(for message in messages)`. White space is cut as Hugging Face's Transformers sets Jinja (trim_blocks, lstrip_blocks);
 * sums of texts and values are written out, `a['b']` is `a.b`, and texts stand in single quotation marks. Nothing is run.
 */
const opened = { value: '\u0001', statement: '\u0002' } as const
const closed = '\u0003'

export const value = (code: string): string => `${opened.value}${code}${closed}`
export const statement = (code: string): string => `${opened.statement}${code}${closed}`

/** Matches what is written as it is. */
export const writtenText = `[^${opened.value}${opened.statement}${closed}]*`

const tag = /\{([{%])([-+]?)\s*([\s\S]*?)\s*(-?)[}%]\}|\{#[\s\S]*?#\}/g
const outsideOfTexts = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^'"]+/g

/** Null for what is not a template in this sense: comments, or characters that the notation needs for itself. */
export function canonical(template: string): string | null {
  if (/[\u0001-\u0003]/.test(template)) return null
  let written = ''
  let at = 0
  let cut: 'nothing' | 'line-break' | 'all' = 'nothing'
  const text = (to: number): string => {
    const between = template.slice(at, to)
    return cut === 'all' ? between.trimStart() : cut === 'line-break' ? between.replace(/^\r?\n/, '') : between
  }
  for (const match of template.matchAll(tag)) {
    const [whole, kind, before, code = '', after] = match
    if (kind === undefined) return null
    const found = text(match.index)
    written += before === '-' ? found.trimEnd() : kind === '%' && before === '' ? withoutIndent(found, template[at - 1]) : found
    written += kind === '%' ? statement(plain(code)) : spellOut(code)
    at = match.index + whole.length
    cut = after === '-' ? 'all' : kind === '%' ? 'line-break' : 'nothing'
  }
  return written + text(template.length)
}

/** Blanks at the beginning of a statement's line are cut. */
const withoutIndent = (found: string, before: string | undefined): string => found.replace(before === undefined || before === '\n' ? /(?:^|(?<=\n))[ \t]+$/ : /(?<=\n)[ \t]+$/, '')

/** One blank between words, single quotation marks, attributes after points. */
function plain(code: string): string {
  return Array.from(code.matchAll(outsideOfTexts), ([part]) => {
    if (!/^['"]/.test(part)) return part.replace(/\s+/g, ' ')
    return `'${part.slice(1, -1).replaceAll("\\'", "'").replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
  }).join('').replace(/\['([A-Za-z_]+)'\]/g, '.$1').trim()
}

/** A value; of a sum of texts and values each by itself. */
function spellOut(code: string): string {
  const terms = plain(code).match(/(?:'(?:[^'\\]|\\.)*'|[^'+])+/g) ?? []
  return terms.map((term) => {
    const quoted = /^\s*'((?:[^'\\]|\\.)*)'\s*$/.exec(term)
    return quoted === null ? value(term.trim()) : unescape(quoted[1] ?? '')
  }).join('')
}

const unescape = (text: string): string => text.replace(/\\(.)/gs, (_, letter: string) => (letter === 'n' ? '\n' : letter === 't' ? '\t' : letter))
