import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import { caseFile, holds, readCases, type Case, type Observation } from '../../support/cases'
import { blockText } from '../../support/pdf'
import { openFile } from '../../support/word'

async function observe(each: Case): Promise<Observation> {
  try {
    const document = await openFile(new Uint8Array(readFileSync(caseFile(each.file))), each.file)
    const texts = document.blocks.map((block) => blockText(document, block))
    return {
      pages: [texts.join('\n')],
      outline: document.outline.map((entry) => [entry.title, entry.level]),
      exit: 0,
      state: 'ready',
      output: document.notices.join('\n'),
      search: (query) => {
        const found = texts.filter((text) => text.includes(query))
        return { exit: 0, hits: found.map((snippet) => ({ page: null, label: null, snippet, section: [] })) }
      },
    }
  } catch (cause) {
    if (!(cause instanceof FailureError)) throw cause
    return { exit: 1, state: 'failed', output: cause.message }
  }
}

const cases = readCases((each) => each.id.startsWith('docx-') || ['wrong-ext-pdf', 'zero-byte'].includes(each.id))

describe('Word documents and names after public bug reports', () => {
  test('there are cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(9)
  })
  test.each(cases.map((each) => [each.id, each] as const))('%s', async (_id, each) => {
    const seen = await observe(each)
    expect(each.expect.filter((assertion) => holds(assertion, seen) === false), JSON.stringify(seen)).toEqual([])
    expect(each.expect.filter((assertion) => holds(assertion, seen) === true).length).toBeGreaterThan(0)
  })
})
