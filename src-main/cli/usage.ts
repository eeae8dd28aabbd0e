export const commands = ['ask', 'import', 'list', 'show', 'delete', 'search', 'models', 'forecast', 'read', 'readings'] as const
export type CommandName = (typeof commands)[number]

const lines: Readonly<Record<CommandName, readonly string[]>> = {
  ask: ['ask FILE-OR-ID... "QUESTION" [--export OUT.md]', 'imports what is new and answers with citations'],
  import: ['import FILE-OR-FOLDER... [--password-file FILE]', 'adds documents to the library'],
  list: ['list', 'the documents in the library'],
  show: ['show ID [--text] [--outline]', 'one document, its text with page marks, its contents'],
  delete: ['delete ID', 'removes a document and everything made from it'],
  search: ['search "QUERY"', 'searches the text of all documents'],
  models: ['models [get NAME | import FILE.gguf | delete NAME | licence NAME | device [NAME]]', 'models that there are; downloads, adds or deletes one; its licence; what computes'],
  forecast: ['forecast FILE-OR-ID', 'what reading a whole document takes on this computer'],
  read: ['read FILE-OR-ID', 'reads a whole document, or goes on with it, and keeps that'],
  readings: ['readings [delete ID]', 'what was read and is kept; deletes one'],
}

const options: readonly (readonly [string, string])[] = [
  ['--json', 'one JSON document on standard output'],
  ['--data DIR', 'where the library lives'],
  ['--model NAME-OR-FILE', 'the model that answers'],
  ['--mode passages|whole', 'what the model has in view'],
  ['--memory BYTES', 'the budget for what a model has read, such as 2GB'],
  ['--attend N', 'tokens of a whole document that each word of the answer looks at; else all'],
  ['--max-tokens N', 'length of the answer, at most'],
  ['--temperature T', '0 is the most likely answer'],
  ['--seed N', 'makes an answer repeatable'],
  ['--password-file FILE', 'holds the password of an encrypted document'],
  ['--accept-licence', 'accepts the licence of a model that is downloaded'],
  ['--in-place', 'uses a model file where it is, without a copy'],
  ['--quiet', 'no progress'],
]

const column = 52

/** The usage of one command, or of all of them. */
export function usageOf(name: CommandName | null): string {
  const shown = name === null ? commands : [name]
  const rows = shown.map((command) => `  longleaf ${(lines[command][0] ?? '').padEnd(column)} ${lines[command][1] ?? ''}`)
  const rest = name === null ? ['', 'Options:', ...options.map(([option, does]) => `  ${option.padEnd(22)} ${does}`)] : ['', '“longleaf help” lists the options.']
  return ['Usage:', ...rows, ...rest].join('\n')
}
