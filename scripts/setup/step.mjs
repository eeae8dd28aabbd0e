import { join } from 'node:path'
import { SetupFailure, messageOf, withRetries } from './failure.mjs'
import { readJson, writeJson } from './files.mjs'

/**
 * @typedef {object} Context what every step works with
 * @property {NodeJS.ProcessEnv} env
 * @property {NodeJS.Platform} platform
 * @property {string} arch
 * @property {boolean} isRoot
 * @property {boolean} offline LONGLEAF_OFFLINE: no network at all
 * @property {string} checkout
 * @property {string} cache
 * @property {ReturnType<typeof import('./report.mjs').makeReport>} report
 *
 * @typedef {object} Source
 * @property {string} title
 * @property {boolean} network
 * @property {string} [memory] where it is set, an unreachable source is remembered under this name and left out for a day
 * @property {(context: Context) => Promise<void>} install
 *
 * @typedef {object} Step
 * @property {string} title
 * @property {string} mend the command that mends it when every source fails
 * @property {(context: Context) => Promise<boolean>} isDone
 * @property {(context: Context) => readonly Source[] | Promise<readonly Source[]>} sources in order: the ordinary one first
 */

const rememberMs = 24 * 3600 * 1000

/**
 * Brings a step to its done state; nothing is done where it is already.
 * @param {Step} step
 * @param {Context} context
 * @returns {Promise<boolean>} whether there was something to do
 */
export async function runStep(step, context) {
  if (await step.isDone(context)) return false
  const all = await step.sources(context)
  const usable = all.filter((source) => !context.offline || !source.network)
  if (usable.length === 0) {
    const why = context.offline && all.length > 0 ? 'and LONGLEAF_OFFLINE forbids fetching it' : `and there is no source of it for ${context.platform}-${context.arch}`
    throw new SetupFailure(`${step.title}: not here yet, ${why}.`, { mend: step.mend })
  }
  const reasons = await trySources(step, usable, context)
  if (reasons === undefined) return true
  throw new SetupFailure(`${step.title}: no source worked.\n${reasons.map((reason) => `  - ${reason}`).join('\n')}`, { mend: step.mend })
}

/**
 * The same for what can be done without, as by some tests that then leave themselves out: that it cannot be had is said here; everything else goes on.
 * @param {Step} step
 * @param {Context} context
 */
export async function tryStep(step, context, without = 'Tests and benchmarks that need it are left out.') {
  try {
    await runStep(step, context)
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error
    context.report.line(`${error.message}\n  ${without} To mend it: ${step.mend}`)
  }
}

/**
 * @param {Step} step
 * @param {readonly Source[]} sources
 * @param {Context} context
 * @returns {Promise<readonly string[] | undefined>} why each source failed; undefined as soon as one worked
 */
async function trySources(step, sources, context) {
  const { line } = context.report
  const reasons = []
  for (const source of await reachableFirst(sources, context)) {
    line(`${step.title}: from ${source.title}`)
    try {
      await withRetries(() => source.install(context), { onRetry: (error, waitMs) => line(`${step.title}: ${error.message} Trying again in ${waitMs / 1000} s.`) })
      if (await step.isDone(context)) {
        line(`${step.title}: ready`)
        return undefined
      }
      reasons.push(`${source.title}: installed, but it does not work here.`)
    } catch (error) {
      if (source.memory !== undefined && error instanceof SetupFailure && error.unreachable) await remember(source.memory, context)
      reasons.push(`${source.title}: ${messageOf(error)}${error instanceof SetupFailure && error.mend ? ` Mend: ${error.mend}` : ''}`)
      line(`${step.title}: ${reasons.at(-1)}`)
    }
  }
  return reasons
}

/** @param {Context} context */
const memoryFile = (context) => join(context.cache, 'unreachable.json')

/**
 * Was this source unreachable within the last day?
 * @param {string} memory
 * @param {Context} context
 */
export async function isResting(memory, context) {
  const times = (await readJson(memoryFile(context))) ?? {}
  return Date.now() - (times[memory] ?? 0) < rememberMs
}

/**
 * Sources that were unreachable lately come last instead of first.
 * @param {readonly Source[]} sources
 * @param {Context} context
 */
async function reachableFirst(sources, context) {
  const resting = []
  const others = []
  for (const source of sources) {
    if (source.memory !== undefined && (await isResting(source.memory, context))) resting.push(source)
    else others.push(source)
  }
  return [...others, ...resting]
}

/**
 * @param {string} name
 * @param {Context} context
 */
async function remember(name, context) {
  const times = (await readJson(memoryFile(context))) ?? {}
  await writeJson(memoryFile(context), { ...times, [name]: Date.now() })
}
