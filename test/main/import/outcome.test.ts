import { describe, expect, it } from 'vitest'
import { failureKinds } from '../../../src-main/contract/failure'
import { storedState, unreadState } from '../../../src-main/import/outcome'

describe('the state of a document that was read', () => {
  it.each([
    ['clean', { units: 10, problems: {} }, 'ready', null],
    ['some pages without text', { units: 10, problems: { 'no-text': 9 } }, 'ready', null],
    ['some pages damaged', { units: 10, problems: { unreadable: 3, timeout: 1 } }, 'ready', null],
    ['a scan', { units: 10, problems: { 'no-text': 10 } }, 'needs-ocr', 'no-text'],
    ['a scan with a damaged page', { units: 10, problems: { 'no-text': 9, unreadable: 1 } }, 'needs-ocr', 'no-text'],
    ['mostly garbled', { units: 10, problems: { garbled: 6 } }, 'needs-ocr', 'garbled-text'],
    ['garbled where there is text at all', { units: 10, problems: { garbled: 2, 'no-text': 8 } }, 'needs-ocr', 'garbled-text'],
    ['a garbled page or two', { units: 10, problems: { garbled: 2 } }, 'ready', null],
    ['nothing but damage', { units: 3, problems: { unreadable: 2, timeout: 1 } }, 'failed', 'damaged'],
    ['nothing at all', { units: 0, problems: {} }, 'needs-ocr', 'no-text'],
  ] as const)('%s', (_name, tally, state, kind) => {
    const stored = storedState('scan.pdf', tally)
    expect([stored.state, stored.failure?.kind ?? null]).toEqual([state, kind])
    if (stored.failure !== null) expect(stored.failure.message).toContain('scan.pdf')
  })
})

describe('a file that could not be read', () => {
  it('is kept where it is a document that could be read another time, and only there', () => {
    const states = Object.fromEntries(failureKinds.map((kind) => [kind, unreadState({ kind, message: 'x' })?.state ?? null]))
    expect(states).toMatchObject({ 'password-needed': 'needs-password', 'password-wrong': 'needs-password', damaged: 'failed', 'took-too-long': 'failed', 'reader-crashed': 'failed', 'no-text': 'needs-ocr' })
    expect(states).toMatchObject({ 'empty-file': null, 'wrong-type': null, 'unsupported-format': null, 'too-large': null, 'file-unreadable': null, 'disk-full': null, cancelled: null, unexpected: null })
  })
})
