import { describe, expect, it } from 'vitest'
import { noSearch, reduceSearch, snippetParts } from '../../../src-renderer/state/search'

describe('search', () => {
  it('drops results of a text that is no longer asked for', () => {
    let state = reduceSearch(noSearch, { kind: 'search-typed', text: 'sal' })
    state = reduceSearch(state, { kind: 'search-typed', text: 'salt' })
    expect(reduceSearch(state, { kind: 'search-found', text: 'sal', results: [] })).toBe(state)
    expect(reduceSearch(state, { kind: 'search-found', text: 'salt', results: [] }).pending).toBe(false)
  })

  it('is over when the field is empty again', () => {
    const state = reduceSearch({ ...noSearch, text: 'x', pending: true }, { kind: 'search-typed', text: '  ' })
    expect(state).toMatchObject({ pending: false, results: [] })
  })

  it('cuts a snippet at its matches and keeps every character', () => {
    const parts = snippetParts('the salt of salt', [[4, 8], [12, 16]])
    expect(parts).toEqual([{ text: 'the ', marked: false }, { text: 'salt', marked: true }, { text: ' of ', marked: false }, { text: 'salt', marked: true }])
  })

  it('leaves out matches that overlap or fall outside', () => {
    expect(snippetParts('abc', [[0, 2], [1, 3], [2, 9]]).map(({ text }) => text).join('')).toBe('abc')
  })
})
