import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeGlmShape, type GlmMix } from '../../support/glm-shape'
import { starterModelPath } from '../../support/starter-model'
import { testModelPath } from '../../support/test-model'

/** A model that is here, or is made for the run. */
export interface BenchModel {
  readonly name: string
  /** Tokens before the place where decoding is measured, beyond 0. */
  readonly depths: readonly number[]
  /** Calls `use` with the path of the file; what was made is deleted afterwards. */
  withFile(use: (path: string) => Promise<void>): Promise<void>
}

/** Layers of the files of GLM-4-9B's shape; 40 is the real number, and 4 tell as much where time is short. */
const layers = Number(process.env['LONGLEAF_BENCH_LAYERS'] ?? 4)

function made(mix: GlmMix): BenchModel {
  return {
    name: `9B shape (${mix}, ${layers} layers)`,
    depths: [4096, 32_768, 131_072],
    async withFile(use) {
      const folder = mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-engine-'))
      try {
        const path = join(folder, 'model.gguf')
        writeGlmShape(path, { mix, layers, contextMax: 140_000 })
        await use(path)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

/** Those whose names hold one of the words in LONGLEAF_BENCH_MODELS, or all that are here. */
export function benchModels(): readonly BenchModel[] {
  const all: readonly BenchModel[] = [
    { name: 'SmolLM2-135M', depths: [4096], withFile: (use) => use(starterModelPath()) },
    ...(existsSync(testModelPath) ? [{ name: 'Qwen-0.5B', depths: [4096, 32_256], withFile: (use: (path: string) => Promise<void>) => use(testModelPath) }] : []),
    made('Q4_0'),
    made('Q4_K_M'),
  ]
  return all.filter(({ name }) => isModelChosen(name))
}

export function isModelChosen(name: string): boolean {
  return process.env['LONGLEAF_BENCH_MODELS']?.split(',').some((word) => name.includes(word)) ?? true
}
