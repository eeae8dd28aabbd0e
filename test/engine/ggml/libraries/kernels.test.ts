import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadKernels } from '../../../../src-engine/ggml/libraries/kernels'

it('the kernels are compiled from the sources beside them: `npm run kernels`', () => {
  const hash = createHash('sha256')
  for (const name of readdirSync('src-kernels').sort()) hash.update(readFileSync(join('src-kernels', name)))
  const kernels = loadKernels()
  if (process.platform === 'linux' && process.arch === 'x64') expect(kernels?.sources).toBe(hash.digest('hex'))
})

it('are for the widest vectors that the processor has and the caller wants', () => {
  const lanes = loadKernels()?.lanes ?? 0
  expect([0, 4, 8, 16]).toContain(lanes)
  expect(loadKernels(8)?.lanes ?? 0).toBe(Math.min(8, lanes))
  expect(loadKernels(0)).toBeUndefined()
})
