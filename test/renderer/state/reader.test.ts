import { describe, expect, it } from 'vitest'
import type { Span } from '../../../src-main/contract/document'
import { closedReader, currentEntry, nextZoom, reduceReader, unitOfPage, type ReaderEvent, type ReaderState } from '../../../src-renderer/state/reader'

const span = (unit: number, offset = 0): Span => ({ start: { unit, offset }, end: { unit, offset: offset + 5 } })
const after = (events: readonly ReaderEvent[], state: ReaderState = closedReader): ReaderState => events.reduce(reduceReader, state)
const opened = after([{ kind: 'document-opening', document: 'a', unit: 2, span: null }])

describe('the reader', () => {
  it('goes to the same place again when it is asked again', () => {
    const event: ReaderEvent = { kind: 'document-opening', document: 'a', unit: 4, span: span(4) }
    const once = after([event], opened)
    const twice = after([event], once)
    expect(once.jump?.span).toEqual(span(4))
    expect(twice.jump?.serial).toBe((once.jump?.serial ?? 0) + 1)
  })

  it('keeps zoom and contents but nothing else when another document opens', () => {
    const state = after([{ kind: 'zoomed', zoom: 2 }, { kind: 'contents-toggled' }, { kind: 'find-opened' }, { kind: 'document-opening', document: 'b', unit: 0, span: null }], opened)
    expect(state).toMatchObject({ document: 'b', zoom: 2, contentsOpen: true, find: null, chosen: null, unit: 0 })
  })

  it('ignores the details of a document that is no longer wanted', () => {
    expect(reduceReader(opened, { kind: 'document-unopened', document: 'old', message: 'gone' })).toBe(opened)
  })

  it('finds from the page in view on, and goes round', () => {
    const hits = [span(0), span(3), span(9)]
    const state = after([{ kind: 'find-opened' }, { kind: 'find-typed', text: 'salt' }, { kind: 'find-found', text: 'salt', hits }], opened)
    expect(state).toMatchObject({ find: { current: 1, pending: false }, jump: { unit: 3 } })
    expect(after([{ kind: 'find-moved', by: 1 }, { kind: 'find-moved', by: 1 }], state).find?.current).toBe(0)
    expect(after([{ kind: 'find-moved', by: -1 }, { kind: 'find-moved', by: -1 }], state).find?.current).toBe(2)
  })

  it('drops hits of an older text and stays where there are none', () => {
    const typed = after([{ kind: 'find-opened' }, { kind: 'find-typed', text: 'new' }], opened)
    expect(reduceReader(typed, { kind: 'find-found', text: 'old', hits: [span(1)] })).toBe(typed)
    const none = reduceReader(typed, { kind: 'find-found', text: 'new', hits: [] })
    expect(none).toMatchObject({ find: { current: -1 }, jump: typed.jump })
    expect(reduceReader(none, { kind: 'find-moved', by: 1 })).toBe(none)
  })

  it('does not open find without a document', () => {
    expect(reduceReader(closedReader, { kind: 'find-opened' })).toBe(closedReader)
  })

  it('steps the zoom up and down and stops at the ends', () => {
    expect([nextZoom(0.98, 1), nextZoom(1, 1), nextZoom(1, -1), nextZoom(5, 1), nextZoom(0.25, -1)]).toEqual([1, 1.1, 0.9, 5, 0.25])
  })

  it('takes a typed page as a printed label first, then as a number of the file', () => {
    const labels = ['i', 'ii', '1', '2', null, 'A-5']
    expect([unitOfPage('II', labels), unitOfPage('1', labels), unitOfPage('4', labels), unitOfPage(' a-5 ', labels)]).toEqual([1, 2, 3, 5])
    expect([unitOfPage('7', labels), unitOfPage('0', labels), unitOfPage('', labels), unitOfPage('x', labels)]).toEqual([null, null, null, null])
  })

  it('knows which entry of the contents is being read', () => {
    const outline = [{ unit: 1 }, { unit: 4 }, { unit: 4 }, { unit: 8 }]
    expect([0, 1, 5, 9].map((unit) => currentEntry(outline, unit))).toEqual([-1, 0, 2, 3])
  })
})
