import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Loaded } from '../programs/load-model'
import { printFigure } from '../support/figure'
import { writeGlmShape, type GlmMix } from '../support/glm-shape'

/**
 * Time and memory of loading GLM-4-9B's shape, the engine and libllama in turn, each in a process of its own; the file has just been written, so it is in
 * the page cache. The whole model wants 16 GB of free memory, libllama's mapped file and repacked copy with it; where that is not there, 8 layers are loaded.
 */
const runs = Number(process.env['LONGLEAF_BENCH_RUNS'] ?? 3)
const layers = Number(process.env['LONGLEAF_BENCH_LAYERS'] ?? (freemem() > 16e9 ? 40 : 8))

const load = (who: 'ours' | 'theirs', path: string): Loaded =>
  JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', 'test/programs/load-model.ts', who, path], { encoding: 'utf8' })) as Loaded

function compare(mix: GlmMix, path: string): void {
  const name = `load: ${mix}, ${layers} layers`
  const gigabytes = writeGlmShape(path, { mix, layers }) / 1e9
  printFigure(`${name}, file`, 'GB', [gigabytes])
  const loaded = { ours: [] as Loaded[], theirs: [] as Loaded[] }
  for (let run = 0; run < runs; run++) for (const who of ['ours', 'theirs'] as const) loaded[who].push(load(who, path))
  const print = (what: string, unit: string, value: (each: Loaded) => number): void => {
    const ours = printFigure(`${name}, ${what}, ours`, unit, loaded.ours.map(value))
    const theirs = printFigure(`${name}, ${what}, libllama`, unit, loaded.theirs.map(value))
    printFigure(`${name}, ${what}, ratio to libllama`, 'x', [ours / theirs])
  }
  print('time', 's', ({ seconds }) => seconds)
  print('resident afterwards', 'GB', ({ resident }) => resident / 1e9)
  print('most resident', 'GB', ({ peak }) => peak / 1e9)
  printFigure(`${name}, resident over the file, ours`, 'GB', loaded.ours.map(({ resident }) => resident / 1e9 - gigabytes))
}

const folder = mkdtempSync(join(process.env['LONGLEAF_BENCH_FOLDER'] ?? tmpdir(), 'longleaf-load-'))
try {
  for (const mix of ['Q4_0', 'Q4_K_M'] as const) {
    const path = join(folder, 'model.gguf')
    compare(mix, path)
    rmSync(path)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
