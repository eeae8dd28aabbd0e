import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missingIn } from '../../scripts/check/documents.mjs'
import { checkout } from '../../scripts/setup/paths.mjs'

const isOwn = (path: string): boolean => !/^(?:node_modules|\.git|out)(?:\/|$)/.test(path)
const below = (folder: string): readonly string[] =>
  readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(checkout.length + 1).split(sep).join('/'))
const files = readdirSync(checkout, { withFileTypes: true })
  .flatMap((entry) => (!isOwn(entry.name) ? [] : entry.isDirectory() ? below(entry.name) : [entry.name]))
const scripts = Object.keys((JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { readonly scripts: object }).scripts)
const documents = files.filter((path) => /^(?:[A-Z]+\.md|docs\/.*\.md|src-.*\/[A-Z]+\.md)$/.test(path))

describe('documents', () => {
  it('are found', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/decisions/engine.md', 'src-engine/reading/FORMAT.md']))
  })

  it.each(documents)('%s names nothing that is not there', (path) => {
    expect(missingIn(path, readFileSync(join(checkout, path), 'utf8'), { files, scripts })).toEqual([])
  })
})

describe('what a document names', () => {
  const known = { files: ['README.md', 'docs/a.md', 'src-main/cli/args.ts', 'src-main/ipc/serve.ts', 'src-main/index.ts'], scripts: ['bench'] }

  it.each([
    'See [a](a.md), [the start](../README.md), [the web](https://example.org/x) and [below](#below).',
    'In `src-main/cli`, `src-main/{cli,ipc}`, `src-main/*.ts`, `cli/args.ts`, `serve.ts` and `weights: as-stored`.',
    'Run `npm run bench -- engine`.\n\n```\nsrc-main/gone.ts\n```',
  ])('is there: %s', (text) => {
    expect(missingIn('docs/a.md', text, known)).toEqual([])
  })

  it.each([
    ['[a](b.md)', 'docs/a.md links to b.md, which is not there.'],
    ['[a](README.md)', 'docs/a.md links to README.md, which is not there.'],
    ['`src-main/gone.ts`', 'docs/a.md names src-main/gone.ts, which is not there.'],
    ['`src-main/{cli,gone}`', 'docs/a.md names src-main/gone, which is not there.'],
    ['`rgs.ts`', 'docs/a.md names rgs.ts, which is not there.'],
    ['`npm run --silent gone`', 'docs/a.md runs gone, which is no script of package.json.'],
  ])('is missing: %s', (text, sentence) => {
    expect(missingIn('docs/a.md', text, known)).toEqual([sentence])
  })
})
