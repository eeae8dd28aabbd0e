import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printFigure } from '../support/figure'
import { writeGlmShape } from '../support/glm-shape'
import { limitMemory } from '../support/memory-limit'
import { readWhole, type ReadWhole } from '../support/read-work'

/**
 * Reading a text into a reading's file with GLM-4-9B's shape, once with all weights in memory and once layer by layer under a limit of the process's memory,
 * file pages included; in turn. LONGLEAF_BENCH_LAYERS of its 40 layers, LONGLEAF_BENCH_LENGTH tokens in super-chunks of LONGLEAF_BENCH_SUPER_CHUNK.
 */
const number = (name: string, otherwise: number): number => Number(process.env[`LONGLEAF_BENCH_${name}`] ?? otherwise)
const [runs, layers, tokens, superChunkTokens] = [number('RUNS', 2), number('LAYERS', 4), number('LENGTH', 8_192), number('SUPER_CHUNK', 8_192)]
const limitBytes = number('LIMIT', 3 * 2 ** 30)
const folder = mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-layers-'))
const limit = limitMemory(limitBytes)
if (limit === undefined) throw new Error('This user may not limit the memory of a program here.')
try {
  const path = join(folder, 'model.gguf')
  writeGlmShape(path, { mix: 'Q4_0', layers })
  const all: ReadWhole[] = []
  const byLayer: ReadWhole[] = []
  for (let run = 0; run < runs; run++) {
    all.push(readWhole({ who: 'ours', path, tokens, superChunkTokens }))
    byLayer.push(readWhole({ who: 'ours', path, tokens, superChunkTokens, residency: 'layer by layer' }, limit.command))
  }
  const name = `9B shape (Q4_0, ${layers} layers), ${tokens} tokens in super-chunks of ${superChunkTokens}`
  const speed = (each: readonly ReadWhole[]): readonly number[] => each.map(({ seconds }) => tokens / seconds)
  const memory = (each: readonly ReadWhole[]): readonly number[] => each.map(({ peakBytes }) => peakBytes / 2 ** 20)
  const whole = printFigure(`${name}: weights resident`, 'tokens/s', speed(all))
  const limited = printFigure(`${name}: weights layer by layer, ${Math.round(limitBytes / 2 ** 20)} MB at most`, 'tokens/s', speed(byLayer))
  printFigure(`${name}: resident to layer by layer`, 'x', [whole / limited])
  printFigure(`${name}: most memory, weights resident`, 'MB', memory(all))
  printFigure(`${name}: most memory, weights layer by layer`, 'MB', memory(byLayer))
} finally {
  limit.remove()
  rmSync(folder, { recursive: true, force: true })
}
