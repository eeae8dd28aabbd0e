import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { glmVocabularyPath as vocabularyIn } from '../../scripts/setup/glm-vocabulary.mjs'
import { thisCache } from '../../scripts/setup/paths.mjs'
import { pythonProgram, pythonReferences } from '../../scripts/setup/python-references.mjs'

const cache = thisCache()

/** Where set-up keeps GLM-4's vocabulary. */
export const glmVocabularyPath = vocabularyIn({ cache })

/** False where set-up could not get it, which it says; tests that need it then stand under `describe.skipIf`. */
export const hasGlmVocabulary = existsSync(glmVocabularyPath)
export const hasPythonReferences = existsSync(pythonReferences({ cache }))

/** Runs a Python program beside the tests: JSON in, JSON out. */
function python<T>(program: string, args: readonly string[], input: unknown): T {
  const path = fileURLToPath(new URL(`../programs/${program}`, import.meta.url))
  const env = { ...process.env, PYTHONPATH: pythonReferences({ cache }), PYTHONIOENCODING: 'utf-8' }
  return JSON.parse(execFileSync(pythonProgram(process.platform), [path, ...args], { env, input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 1 << 28 })) as T
}

/** Tokens of each text by tiktoken with GLM-4's vocabulary and words. */
export const tiktokenIds = (texts: readonly string[]): number[][] => python('tiktoken-ids.py', [glmVocabularyPath], texts)

export interface TemplateCase {
  readonly template: string
  /** What the template may name: messages, tools, add_generation_prompt. */
  readonly variables: Readonly<Record<string, unknown>>
}

/** What each chat template makes of its variables, by Jinja with the settings of Hugging Face's Transformers. */
export const jinjaTexts = (cases: readonly TemplateCase[]): string[] => python('jinja-texts.py', [], cases)
