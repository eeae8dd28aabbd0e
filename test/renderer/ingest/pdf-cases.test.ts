import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FailureError } from '../../../src-main/contract/failure'
import type { Case, Observation, SearchObservation } from '../../support/cases'
import { caseFile, holds, readCases } from '../../support/cases'
import { parsePdf } from '../../support/pdf'

/** What a person would see of the file: its state as the units' problems make it, and every sentence said. */
async function observe(each: Case): Promise<Observation> {
  const start = performance.now()
  try {
    const document = await parsePdf(readFileSync(caseFile(each.file)), { fileName: each.file })
    const problems = document.units.flatMap((unit, index) => unit.problem === null ? [] : [{ page: index + 1, kind: unit.problem }])
    const isLost = problems.length === document.units.length
    const pages = document.units.map((unit) => unit.text)
    return {
      pages,
      exit: 0,
      labels: document.units.map((unit) => unit.label),
      outline: document.outline.map((entry) => [entry.title, entry.level]),
      state: isLost ? 'needs-ocr' : 'ready',
      output: [...document.notices, ...problems.map((problem) => `page ${problem.page}: ${problem.kind}`)].join('\n'),
      pagesNeedingOcr: problems.filter((problem) => problem.kind === 'no-text').map((problem) => problem.page),
      seconds: (performance.now() - start) / 1000,
      search: (query) => search(document.units.map((unit, index) => unit.problem === null ? pages[index] ?? '' : ''), query),
    }
  } catch (cause) {
    if (!(cause instanceof FailureError)) throw cause
    return { exit: 1, state: cause.failure.kind === 'password-needed' ? 'needs-password' : 'failed', output: cause.message }
  }
}

/** Plain search of folded text: enough to see whether the words can be found at all; ranking and query syntax are the library's. */
function search(pages: readonly string[], query: string): SearchObservation {
  const fold = (text: string): string => text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '').replace(/[\u2010\u2011]/g, '-')
  const terms = (query.match(/"[^"]+"|\S+/g) ?? []).map((term) => fold(term.replaceAll('"', '')))
  const hits = pages.flatMap((page, index) => terms.length > 0 && terms.every((term) => fold(page).includes(term)) ? [index + 1] : [])
  return { exit: 0, hits: hits.map((page) => ({ page, label: null, snippet: '', section: [] })) }
}

const cases = readCases((each) => each.id.startsWith('pdf-') || each.file === 'cjk-search.pdf')

describe('documents after public bug reports', () => {
  test('there are cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(20)
  })
  test.each(cases.map((each) => [each.id, each] as const))('%s', async (_id, each) => {
    const seen = await observe(each)
    const failed = each.expect.filter((assertion) => holds(assertion, seen) === false)
    const checked = each.expect.filter((assertion) => holds(assertion, seen) !== null)
    expect(failed, JSON.stringify(seen.pages?.slice(0, 3))).toEqual([])
    expect(checked.length).toBeGreaterThan(0)
  })
})
