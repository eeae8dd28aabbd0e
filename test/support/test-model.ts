import { existsSync } from 'node:fs'
import { thisCache } from '../../scripts/setup/paths.mjs'
import { testModelPath as pathIn } from '../../scripts/setup/test-model.mjs'

/** Where set-up keeps Qwen2.5-Coder-0.5B-Instruct (Q4_K_M, architecture `qwen2`). */
export const testModelPath = pathIn({ cache: thisCache() })

/** False where set-up could not get it, which it says; tests that need it then stand under `describe.skipIf`. */
export const hasTestModel = existsSync(testModelPath)
