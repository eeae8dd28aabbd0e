import { expect, it } from 'vitest'
import { createSourceTokens } from '../../../src-main/import/source-tokens'

it('an address of a file works once, and shows nothing of its path', async () => {
  const tokens = createSourceTokens()
  const url = tokens.issue('/home/reader/secret.pdf')
  expect(url).toMatch(/^app:\/\/longleaf\/source\/[0-9a-f]{48}$/)
  const token = url.split('/').at(-1) ?? ''
  expect(await tokens.route([token.replace(/^./, 'g')])).toBeNull()
  expect(await tokens.route([token])).toMatchObject({ kind: 'file', path: '/home/reader/secret.pdf' })
  expect(await tokens.route([token])).toBeNull()
  expect(await tokens.route([])).toBeNull()
})
