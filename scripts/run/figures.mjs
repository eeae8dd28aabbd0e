import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { spawnBound, untilExit } from './children.mjs'

/**
 * One measured figure, as the files under test/bench and test/eval print it: one line of JSON each.
 * @typedef {{ name: string, unit: string, median: number, min: number, max: number, runs: number }} Figure
 */

/**
 * Runs every file of a folder with this ending, one after the other, and shows their figures in one table.
 * @param {object} job
 * @param {import('../setup/step.mjs').Context} job.context
 * @param {NodeJS.ProcessEnv} job.env
 * @param {string} job.folder from the checkout
 * @param {string} job.ending
 * @param {readonly string[]} job.args `--json` for one JSON document; other words choose the files whose names hold one of them
 * @returns {Promise<number>} exit code: 1 when a file failed
 */
export async function runFigures({ context, env, folder, ending, args }) {
  const asJson = args.includes('--json')
  const words = args.filter((arg) => !arg.startsWith('--'))
  const names = (await readdir(join(context.checkout, folder))).filter((name) => name.endsWith(ending)).sort()
  const chosen = names.filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  if (chosen.length === 0) {
    process.stderr.write(`No file in ${folder} is called that. There are: ${names.join(', ')}\n`)
    return 2
  }
  const figures = []
  const failed = []
  for (const name of chosen) {
    const result = await runFile(context, env, join(folder, name))
    figures.push(...result.figures)
    if (result.code !== 0) failed.push(name)
  }
  process.stdout.write(asJson ? `${JSON.stringify({ figures, failed }, null, 2)}\n` : table(figures))
  if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}\n`)
  return failed.length === 0 ? 0 : 1
}

// Newer Nodes have a WebSocket without being asked.
const nodeOptions = ['--expose-gc', '--experimental-websocket', '--no-warnings', '--import', 'tsx']

/**
 * @param {import('../setup/step.mjs').Context} context
 * @param {NodeJS.ProcessEnv} env
 * @param {string} file
 */
async function runFile(context, env, file) {
  process.stderr.write(`${file}\n`)
  const child = spawnBound(process.execPath, [...nodeOptions, file], { cwd: context.checkout, env, stdio: ['ignore', 'pipe', 'inherit'] })
  /** @type {Figure[]} */
  const figures = []
  createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdout) }).on('line', (line) => {
    const figure = figureIn(line)
    if (figure === undefined) process.stderr.write(`  ${line}\n`)
    else figures.push(figure)
  })
  return { code: await untilExit(child), figures }
}

/**
 * @param {string} line
 * @returns {Figure | undefined}
 */
export function figureIn(line) {
  if (!line.startsWith('{')) return undefined
  try {
    const value = JSON.parse(line)
    return typeof value.name === 'string' && typeof value.median === 'number' ? value : undefined
  } catch {
    return undefined
  }
}

/** @param {readonly Figure[]} figures */
export function table(figures) {
  const rows = [['figure', 'median', 'min', 'max', 'unit', 'runs'], ...figures.map((f) => [f.name, ...[f.median, f.min, f.max].map(short), f.unit, String(f.runs)])]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const isText = (/** @type {number} */ column) => column === 0 || column === 4
  const line = (/** @type {readonly string[]} */ row) => row.map((cell, i) => (isText(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ').trimEnd()
  return `${rows.map(line).join('\n')}\n`
}

/** Four significant digits; @param {number} value */
const short = (value) => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4))))
