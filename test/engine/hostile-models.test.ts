import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longleaf-hostile-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// ggml ends the process where it is given what it cannot compute with; so the files are opened in a process of their own.
it.each([
  ['whatever types its tensors have', 'types', 40],
  ['whatever its numbers are', 'numbers', 10],
  ['whatever bytes of its header were changed', 'chance', 5],
])('a model file is refused with its reason or works, %s', (_, list, worksMin) => {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, ['--import', 'tsx', 'test/programs/open-models.ts', join(folder, `${list}.gguf`), list], { encoding: 'utf8', timeout: 240_000 })
  const lines = stdout.trim().split('\n')
  expect({ status, signal, last: lines.at(-1), stderr: stderr.slice(0, 500) }).toMatchObject({ status: 0, signal: null })
  expect(lines.filter((line) => !/: (works|refused .+)$/.test(line))).toEqual([])
  expect(lines.filter((line) => line.endsWith('works')).length).toBeGreaterThan(worksMin)
}, 250_000)
