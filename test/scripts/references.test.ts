import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getTranslations, translations } from '../../scripts/setup/books.mjs'
import { glmVocabularyStep } from '../../scripts/setup/glm-vocabulary.mjs'
import { pythonReferencesStep } from '../../scripts/setup/python-references.mjs'
import { makeReport } from '../../scripts/setup/report.mjs'
import { tryStep, type Context } from '../../scripts/setup/step.mjs'

let cache: string
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'longleaf-references-'))
})
afterAll(() => rm(cache, { recursive: true, force: true }))

function offline(): { readonly context: Context; readonly said: string[] } {
  const said: string[] = []
  const report = makeReport({ write: (text) => said.push(text) })
  return { said, context: { env: { PATH: '' }, platform: 'linux', arch: 'x64', isRoot: false, offline: true, checkout: cache, cache, report } }
}

it.each([['the vocabulary', glmVocabularyStep], ['what is compared with', pythonReferencesStep]])('where %s cannot be had, set-up says so and what to do, and goes on', async (_, step) => {
  const { context, said } = offline()
  await tryStep(step, context)
  expect(said.join('')).toContain('LONGLEAF_OFFLINE forbids fetching it')
  expect(said.join('')).toContain('are left out')
  expect(said.join('')).toContain(step.mend)
})

it('a book in many languages that cannot be had is a failure that says where to put which', async () => {
  const failure = getTranslations(translations.installation, offline().context)
  await expect(failure).rejects.toThrow(/1 languages of the Debian package installation-guide-amd64 is not in the cache/)
  await expect(failure).rejects.toMatchObject({ mend: expect.stringContaining('LANGUAGE.html') as string })
})
