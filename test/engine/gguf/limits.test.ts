import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

function measure(header: string): { outcome: string; milliseconds: number; yardstick: number; megabytes: number } {
  return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', 'test/programs/header-memory.ts', header], { encoding: 'utf8' })) as ReturnType<typeof measure>
}

it.each([
  ['two million texts', 'manyTexts', /^read$/],
  ['one text of 62 MB', 'oneText', /^read$/],
  ['10,000 keys and 100,000 tensors', 'manyTensors', /^read$/],
])('reads or refuses %s within 2 seconds of computing, or more where the computer is slow, and 256 MB', (_, header, words) => {
  const { outcome, milliseconds, yardstick, megabytes } = measure(header)
  expect(outcome).toMatch(words)
  expect(milliseconds).toBeLessThan(Math.max(2000, 20 * yardstick))
  expect(megabytes).toBeLessThan(256)
})
