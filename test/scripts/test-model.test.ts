import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isVerified } from '../../scripts/setup/files.mjs'
import { makeReport } from '../../scripts/setup/report.mjs'
import { getTestModel, testModel, testModelPath as pathIn } from '../../scripts/setup/test-model.mjs'
import { hasTestModel, testModelPath } from '../support/test-model'

let cache: string
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'longleaf-test-model-'))
})
afterAll(() => rm(cache, { recursive: true, force: true }))

it('where it cannot be had, set-up says so and what to do, and goes on', async () => {
  const said: string[] = []
  const report = makeReport({ write: (text) => said.push(text) })
  await getTestModel({ env: {}, platform: 'linux', arch: 'x64', isRoot: false, offline: true, checkout: cache, cache, report })
  expect(said.join('')).toContain('LONGLEAF_OFFLINE forbids fetching it')
  expect(said.join('')).toContain('are left out')
  expect(said.join('')).toContain(testModel.file)
})

it('lies apart from the models that the app offers', () => {
  expect(pathIn({ cache })).toBe(join(cache, 'test-models', testModel.file))
})

it.skipIf(!hasTestModel)('is known by its hash', async () => {
  expect(await isVerified(testModelPath, testModel.sha256)).toBe(true)
})
