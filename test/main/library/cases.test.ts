import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { SearchResult } from '../../../src-main/contract/library'
import type { ParsedDocument, SegmentedDocument } from '../../../src-main/contract/document'
import { connect } from '../../../src-main/library/connection'
import { storeDocument } from '../../../src-main/library/documents'
import { search } from '../../../src-main/library/search'
import { stageUnit } from '../../../src-main/library/units'
import { segmentDocument } from '../../../src-renderer/ingest/segment'
import { caseFile, holds, readCases, type Case, type Observation } from '../../support/cases'
import { inFolder } from '../../support/library'
import { parsePdf } from '../../support/pdf'
import { openFile } from '../../support/word'

const parse = (each: Case): Promise<ParsedDocument> => {
  const bytes = new Uint8Array(readFileSync(caseFile(each.file)))
  return each.file.endsWith('.docx') ? openFile(bytes, each.file) : parsePdf(bytes, { fileName: each.file })
}

/** What a search of the library shows once the file is in it; units that cannot be read hold no text there. */
async function searchOf(each: Case, folder: string): Promise<Observation> {
  const { units, ...document }: SegmentedDocument = await segmentDocument(await parse(each), new AbortController().signal)
  const { db, close } = connect(folder)
  const file = { hash: 'a'.repeat(64), fileName: each.file, path: each.file, bytes: 1 }
  const stored = storeDocument(db, { file, units: units.map(stageUnit), document, stored: { state: 'ready', failure: null }, now: '2026-01-01T00:00:00.000Z' })
  closers.push(close)
  const toHit = ({ page, pageLabel, snippet, section }: SearchResult) => ({ page, label: pageLabel, snippet, section })
  return { output: stored.notices.join('\n'), search: (text) => ({ exit: 0, hits: search(db, { text }).map(toHit) }) }
}

const closers: (() => void)[] = []
const searched = (each: Case) => each.expect.filter((assertion) => JSON.stringify(assertion).includes('"search"'))
const cases = readCases((each) => /\.(pdf|docx)$/.test(each.file) && searched(each).length > 0 && each.password === undefined)

describe('search in documents after public bug reports', () => {
  test('there are cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(20)
  })
  test.each(cases.map((each) => [each.id, each] as const))('%s', (_id, each) => inFolder(async (folder) => {
    const seen = await searchOf(each, folder)
    try {
      expect(searched(each).filter((assertion) => holds(assertion, seen) === false)).toEqual([])
      expect(searched(each).filter((assertion) => holds(assertion, seen) === true).length).toBeGreaterThan(0)
    } finally {
      closers.splice(0).forEach((close) => { close() })
    }
  }))
})
