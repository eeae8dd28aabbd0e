import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { books, getBook, getTranslations, translations } from './books.mjs'
import { thisContext } from './context.mjs'
import { electronStep } from './electron.mjs'
import { electronRuntime } from './electron-runtime.mjs'
import { SetupFailure, messageOf } from './failure.mjs'
import { ggmlStep, graphicsStep, mayHaveCard } from './ggml.mjs'
import { glmVocabularyStep } from './glm-vocabulary.mjs'
import { modelStep } from './model.mjs'
import { modelsFolder } from './paths.mjs'
import { pythonReferencesStep } from './python-references.mjs'
import { builtSqlite, sqliteStep } from './sqlite.mjs'
import { sandboxStep } from './sandbox.mjs'
import { runStep, tryStep } from './step.mjs'
import { softwareDriverStep, systemStep, testToolsStep } from './system.mjs'
import { getTestModel } from './test-model.mjs'

// Electron first: the next ones ask what its program needs.
const appSteps = [electronStep, systemStep, sandboxStep, sqliteStep, ggmlStep, modelStep]

/**
 * Makes this checkout ready to run, and says what the programs started from here must know.
 * @param {{ forTests?: boolean }} [options] also the programs, books and the model that tests use
 * @returns {Promise<{ context: import('./step.mjs').Context, electron: string, env: NodeJS.ProcessEnv }>}
 */
export async function setUp({ forTests = false } = {}) {
  const context = thisContext()
  if (!existsSync(join(context.checkout, 'node_modules', 'electron'))) throw new SetupFailure('The packages are not installed.', { mend: 'npm ci' })
  for (const step of appSteps) await runStep(step, context)
  if (forTests) {
    await runStep(testToolsStep, context)
    await runStep(softwareDriverStep, context)
    await runStep(graphicsStep, context)
    await getTestModel(context)
    for (const [packageName, file] of Object.values(books)) await getBook(packageName, file, context)
    for (const book of Object.values(translations)) await getTranslations(book, context)
    for (const step of [glmVocabularyStep, pythonReferencesStep]) await tryStep(step, context)
  }
  if (!forTests && mayHaveCard(context)) await tryStep(graphicsStep, context, 'Everything is computed on the processor.')
  const runtime = await electronRuntime(context)
  if (runtime === undefined) throw new SetupFailure('Electron is not there.', { mend: electronStep.mend })
  const sqlite = await builtSqlite(context)
  const env = {
    ...context.env,
    LONGLEAF_CACHE: context.cache,
    LONGLEAF_MODELS: modelsFolder(context.cache, context.env),
    LONGLEAF_ELECTRON: runtime.program,
    ...(sqlite === undefined ? {} : { LONGLEAF_SQLITE_BINDING: sqlite }),
  }
  return { context, electron: runtime.program, env }
}

/**
 * Runs a script's main job; a failure becomes a sentence, the mending command and exit code 1.
 * @param {() => Promise<number | void>} job its result is the exit code
 */
export async function main(job) {
  try {
    process.exitCode = (await job()) ?? 0
  } catch (error) {
    const mend = error instanceof SetupFailure && error.mend !== undefined ? `\nTo mend it: ${error.mend}` : ''
    process.stderr.write(`${error instanceof SetupFailure ? error.message : error instanceof Error ? error.stack : messageOf(error)}${mend}\n`)
    process.exitCode = 1
  }
}
