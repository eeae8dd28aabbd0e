import { describe, expect, it } from 'vitest'
import { parseIngestEvent } from '../../../src-main/import/ingest-schema'

const at = (unit: number, offset: number) => ({ unit, offset })
const unit = { text: 'The tide.', label: 'i', furniture: '', width: 595, height: 842, rotation: 0, runs: new Float32Array(7), problem: null }
const block = { start: at(0, 0), end: at(0, 9), kind: 'paragraph', level: 0, path: ['Tides'], paragraph: 1 }
const sentence = { start: at(0, 0), end: at(0, 9), block: 0 }
const passage = { first: 0, last: 0, tokens: 3, path: ['Tides'] }
const document = {
  format: 'pdf', title: 'Tides', author: null, language: 'en', blocks: [block], outline: [{ title: 'Tides', level: 1, unit: 0 }], notices: [],
  cover: new Uint8Array(4), sentences: [sentence], passages: [passage],
}
const parsed = (change: object) => ({ kind: 'parsed', job: 1, document: { ...document, ...change } })
const units = (change: object) => ({ kind: 'units', job: 1, units: [{ ...unit, ...change }] })

describe('what the ingest page sends', () => {
  it.each([
    [{ kind: 'ready' }], [{ kind: 'progress', job: 1, unitsDone: 1, unitsTotal: 2 }], [units({})], [parsed({})],
    [parsed({ blocks: [{ ...block, paragraph: null }], cover: null })],
    [{ kind: 'failed', job: 1, failure: { kind: 'damaged', message: 'Damaged.' } }],
  ])('passes as it is: %j', (event) => {
    expect(parseIngestEvent(event)).toEqual(event)
  })

  it.each([
    [null], ['ready'], [{ kind: 'other' }], [{ kind: 'progress', job: 0, unitsDone: 1, unitsTotal: 1 }], [{ kind: 'progress', job: 1, unitsDone: -1, unitsTotal: 1 }],
    [units({ text: 1 })], [units({ rotation: 45 })], [units({ runs: [1] })], [units({ problem: 'odd' })], [units({ width: Infinity })], [{ kind: 'units', job: 1, units: {} }],
    [parsed({ format: 'exe' })], [parsed({ title: 'x'.repeat(200_000) })],
    [parsed({ cover: 'x' })], [parsed({ blocks: [{ ...block, kind: 'constructor' }] })],
    [parsed({ blocks: [{ ...block, path: [1] }] })], [parsed({ blocks: [{ ...block, start: at(0, 0.5) }] })],
    [parsed({ sentences: [{ ...sentence, block: -1 }] })],
    [parsed({ sentences: [{ ...sentence, end: null }] })], [parsed({ passages: [{ ...passage, tokens: NaN }] })], [parsed({ passages: [null] })],
    [{ kind: 'failed', job: 1, failure: { kind: 'made-up', message: 'x' } }],
    [{ kind: 'failed', job: 1, failure: { kind: 'damaged', message: 'x'.repeat(3_000) } }],
  ])('is refused where it does not fit: %j', (event) => {
    expect(parseIngestEvent(event)).toBeNull()
  })
})
