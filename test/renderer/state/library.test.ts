import { describe, expect, it } from 'vitest'
import type { ImportItem } from '../../../src-main/contract/imports'
import type { DocumentSummary } from '../../../src-main/contract/library'
import { emptyLibrary, isEmptyLibrary, reduceLibrary } from '../../../src-renderer/state/library'

const document = (id: string): DocumentSummary => ({
  id, title: id, author: null, format: 'pdf', fileName: `${id}.pdf`, path: '', units: 3, characters: 9, state: 'ready', failure: null, problems: [], notices: [], imported: '', hasCover: false,
})
const item = (change: Partial<ImportItem>): ImportItem => ({ id: 1, fileName: 'a.pdf', path: '', state: 'importing', unitsDone: 0, unitsTotal: 10, document: null, known: false, failure: null, ...change })
const changed = (items: readonly ImportItem[], atMilliseconds = 0) => ({ kind: 'imports-changed', items, atMilliseconds }) as const

describe('the library', () => {
  it('is empty only once it was listed, and not while a file is on its way', () => {
    expect(isEmptyLibrary(emptyLibrary)).toBe(false)
    const listed = reduceLibrary(emptyLibrary, { kind: 'documents-listed', documents: [] })
    expect(isEmptyLibrary(listed)).toBe(true)
    expect(isEmptyLibrary(reduceLibrary(listed, changed([item({})])))).toBe(false)
    expect(isEmptyLibrary(reduceLibrary(listed, changed([item({ state: 'cancelled' })])))).toBe(true)
  })

  it('shows files on their way before the documents, and done ones no more', () => {
    let state = reduceLibrary(emptyLibrary, { kind: 'documents-listed', documents: [document('x')] })
    state = reduceLibrary(state, changed([item({ id: 4 }), item({ id: 5, state: 'done', document: 'x' }), item({ id: 3, state: 'failed' })]))
    expect(state.rows.map(({ key }) => key)).toEqual(['import-3', 'import-4', 'x'])
  })

  it('gives a document that waits for its password one row, with the file that asks', () => {
    let state = reduceLibrary(emptyLibrary, { kind: 'documents-listed', documents: [document('locked')] })
    state = reduceLibrary(state, changed([item({ id: 7, state: 'needs-password', document: 'locked' })]))
    expect(state.rows).toMatchObject([{ kind: 'document', waiting: 7 }])
  })

  it('merges changed files into those before, and keeps their speed', () => {
    let state = reduceLibrary(emptyLibrary, changed([item({ id: 1 }), item({ id: 2 })], 0))
    state = reduceLibrary(state, changed([item({ id: 2, unitsDone: 5 })], 2_000))
    expect(state.imports.map((tracked) => [tracked.item.id, tracked.item.unitsDone, tracked.samples.length])).toEqual([[1, 0, 1], [2, 5, 2]])
  })

  it('changes no row for progress alone, and no row of a document that shows the same', () => {
    let state = reduceLibrary(emptyLibrary, { kind: 'documents-listed', documents: [document('x'), document('y')] })
    state = reduceLibrary(state, changed([item({ id: 1 })]))
    expect(reduceLibrary(state, changed([item({ id: 1, unitsDone: 5 })])).rows).toBe(state.rows)
    const again = reduceLibrary(state, { kind: 'documents-listed', documents: [document('z'), document('x'), { ...document('y'), units: 4 }] })
    expect(again.rows.map(({ key }) => key)).toEqual(['import-1', 'z', 'x', 'y'])
    expect([again.rows[0] === state.rows[0], again.rows[2] === state.rows[1], again.rows[3] === state.rows[2]]).toEqual([true, true, false])
  })

  it('forgets a dismissed file and a deleted document', () => {
    let state = reduceLibrary(emptyLibrary, { kind: 'documents-listed', documents: [document('x'), document('y')] })
    state = reduceLibrary(state, changed([item({ state: 'failed' })]))
    state = reduceLibrary(state, { kind: 'import-dismissed', item: 1 })
    state = reduceLibrary(state, { kind: 'document-deleted', document: 'x' })
    expect(state.rows.map(({ key }) => key)).toEqual(['y'])
  })
})
