import { commands, type CommandName, usageOf } from './usage'

export interface CliOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly data: string | null
  readonly model: string | null
  readonly mode: 'passages' | 'whole' | null
  readonly memoryBytes: number | null
  readonly selectedTokens: number | null
  readonly tokensMax: number | null
  readonly temperature: number | null
  readonly seed: number | null
  readonly passwordFile: string | null
  readonly exportPath: string | null
  readonly text: boolean
  readonly outline: boolean
  readonly acceptLicence: boolean
  readonly inPlace: boolean
}

/** What the environment asks for: a window, a command, or the usage with a sentence (exit 2) or without one (exit 0). */
export type Cli =
  | { readonly kind: 'none' }
  | { readonly kind: 'usage'; readonly message: string | null; readonly usage: string }
  | { readonly kind: 'command'; readonly name: CommandName; readonly args: readonly string[]; readonly options: CliOptions; readonly data: string | null }

class UsageError extends Error {}

type Reader = (value: string, option: string) => Partial<CliOptions>
type Flag = Partial<CliOptions>

const flags: Readonly<Record<string, Flag>> = { '--json': { json: true }, '--quiet': { quiet: true }, '--text': { text: true }, '--outline': { outline: true }, '--accept-licence': { acceptLicence: true }, '--in-place': { inPlace: true } }

const readers: Readonly<Record<string, Reader>> = {
  '--data': (value) => ({ data: value }),
  '--model': (value) => ({ model: value }),
  '--mode'(value, option) {
    if (value !== 'passages' && value !== 'whole') throw new UsageError(`${option} is “passages” or “whole”, not “${value}”.`)
    return { mode: value }
  },
  '--memory': (value, option) => ({ memoryBytes: parseBytes(value, option) }),
  '--attend': (value, option) => ({ selectedTokens: parseNumber(value, option, 1, 1_000_000_000, true) }),
  '--max-tokens': (value, option) => ({ tokensMax: parseNumber(value, option, 1, 1_000_000, true) }),
  '--temperature': (value, option) => ({ temperature: parseNumber(value, option, 0, 5, false) }),
  '--seed': (value, option) => ({ seed: parseNumber(value, option, 0, 0xffff_ffff, true) }),
  '--password-file': (value) => ({ passwordFile: value }),
  '--export'(value, option) {
    if (!/\.md$/i.test(value)) throw new UsageError(`${option} writes Markdown: give a name that ends in .md.`)
    return { exportPath: value }
  },
}

const none: CliOptions = {
  json: false,
  quiet: false,
  data: null,
  model: null,
  mode: null,
  memoryBytes: null,
  selectedTokens: null,
  tokensMax: null,
  temperature: null,
  seed: null,
  passwordFile: null,
  exportPath: null,
  text: false,
  outline: false,
  acceptLicence: false,
  inPlace: false,
}

/** Reads the command from `LONGLEAF_CLI`, a JSON array of its words; absent means that a window is wanted. */
export function parseCli(source: string | undefined): Cli {
  if (source === undefined || source === '') return { kind: 'none' }
  try {
    const words: unknown = JSON.parse(source)
    if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) throw new UsageError('The command could not be read.')
    return parseWords(words)
  } catch (error) {
    if (error instanceof UsageError || error instanceof SyntaxError) return { kind: 'usage', message: error instanceof UsageError ? error.message : 'The command could not be read.', usage: usageOf(null) }
    throw error
  }
}

/** Index of the first word that is neither an option nor the value of one; -1 where there is none. */
function commandIn(words: readonly string[]): number {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (!word.startsWith('--') || word === '--help') return at
    if (Object.hasOwn(readers, word)) at++
  }
  return -1
}

/** Options may stand anywhere; `--` ends them; what starts with a single dash is a word like any other, as in a search for “-agent”. */
function parseWords(words: readonly string[]): Cli {
  const at = commandIn(words)
  const first = words[at]
  const rest = words.filter((_, index) => index !== at)
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') return { kind: 'usage', message: first === undefined ? 'A command is missing.' : null, usage: usageOf(null) }
  const name = commands.find((command) => command === first)
  if (name === undefined) throw new UsageError(`There is no command “${first}”.`)
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'usage', message: null, usage: usageOf(name) }
  try {
    const { args, options } = parseRest(rest)
    checkArgs(name, args, options)
    return { kind: 'command', name, args, options, data: options.data }
  } catch (error) {
    if (error instanceof UsageError) return { kind: 'usage', message: error.message, usage: usageOf(name) }
    throw error
  }
}

function parseRest(words: readonly string[]): { readonly args: readonly string[]; readonly options: CliOptions } {
  const args: string[] = []
  let options = none
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '--') {
      args.push(...words.slice(at + 1))
      break
    }
    if (!word.startsWith('--')) {
      args.push(word)
      continue
    }
    const equals = word.indexOf('=')
    const option = equals < 0 ? word : word.slice(0, equals)
    const flag = Object.hasOwn(flags, option) && equals < 0 ? flags[option] : undefined
    const reader = Object.hasOwn(readers, option) ? readers[option] : undefined
    if (flag !== undefined) options = { ...options, ...flag }
    else if (reader !== undefined) {
      const value = equals < 0 ? words[++at] : word.slice(equals + 1)
      if (value === undefined || value === '') throw new UsageError(`${option} needs a value.`)
      options = { ...options, ...reader(value, option) }
    } else throw new UsageError(`There is no option “${option}”.`)
  }
  return { args, options }
}

/** Words that each command takes: at least, at most. */
const arity: Readonly<Record<CommandName, readonly [number, number]>> = {
  ask: [2, Infinity],
  import: [1, Infinity],
  list: [0, 0],
  show: [1, 1],
  delete: [1, 1],
  search: [1, Infinity],
  models: [0, 2],
  forecast: [1, 1],
  read: [1, 1],
  readings: [0, 2],
}

const only: readonly (readonly [keyof CliOptions, string, readonly CommandName[]])[] = [
  ['text', '--text', ['show']],
  ['outline', '--outline', ['show']],
  ['exportPath', '--export', ['ask']],
  ['passwordFile', '--password-file', ['ask', 'import', 'forecast', 'read']],
  ['acceptLicence', '--accept-licence', ['models']],
  ['inPlace', '--in-place', ['models']],
]

function checkArgs(name: CommandName, args: readonly string[], options: CliOptions): void {
  const [least, most] = arity[name]
  if (args.length < least) throw new UsageError(name === 'ask' && args.length === 1 ? 'A question is missing.' : `“${name}” needs more than that.`)
  if (args.length > most) throw new UsageError(`“${name}” does not take “${args[most] ?? ''}”.`)
  if (name === 'models') checkModels(args, options)
  if (name === 'readings' && args.length > 0 && (args[0] !== 'delete' || args.length !== 2)) throw new UsageError('“readings” takes nothing, or “delete ID”.')
  for (const [key, option, allowed] of only) {
    if (options[key] !== none[key] && !allowed.includes(name)) throw new UsageError(`“${name}” does not take ${option}.`)
  }
}

const modelVerbs = ['get', 'import', 'delete', 'licence']

function checkModels([verb, target, ...more]: readonly string[], options: CliOptions): void {
  const isRight = verb === undefined || (verb === 'device' && target !== '') || (modelVerbs.includes(verb) && target !== undefined && target !== '' && more.length === 0)
  if (!isRight) throw new UsageError('“models” takes nothing, “get NAME”, “import FILE”, “delete NAME”, “licence NAME”, “device” or “device NAME”.')
  if (options.acceptLicence && verb !== 'get') throw new UsageError('--accept-licence goes with “models get”.')
  if (options.inPlace && verb !== 'import') throw new UsageError('--in-place goes with “models import”.')
}

function parseNumber(value: string, option: string, least: number, most: number, whole: boolean): number {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN
  if (number >= least && number <= most && (!whole || Number.isInteger(number))) return number
  throw new UsageError(`${option} takes a ${whole ? 'whole ' : ''}number from ${least} to ${most}, not “${value}”.`)
}

const units: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12, KI: 2 ** 10, MI: 2 ** 20, GI: 2 ** 30, TI: 2 ** 40 }

function parseBytes(value: string, option: string): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?i?)B?$/i.exec(value) ?? []
  const bytes = digits === '' ? NaN : Math.floor(Number(digits) * (units[unit.toUpperCase()] ?? NaN))
  if (!Number.isSafeInteger(bytes) || bytes <= 0) throw new UsageError(`${option} takes a size such as 2GB, not “${value}”.`)
  return bytes
}
