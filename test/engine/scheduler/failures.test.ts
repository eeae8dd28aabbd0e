import { describe, expect, it } from 'vitest'
import { GgufError } from '../../../src-engine/gguf/reader'
import { ModelUnsupportedError } from '../../../src-engine/model/shape'
import { failureOf, hello, load, loopBench, speaker } from '../../support/loop-bench'

describe('a model that cannot be loaded', () => {
  it.each([
    ['a missing file', Object.assign(new Error('no'), { code: 'ENOENT' }), /^model-missing: a.gguf is not there any more/],
    ['a file that may not be read', Object.assign(new Error('no'), { code: 'EACCES' }), /^model-missing: a.gguf may not be read/],
    ['a broken disk', Object.assign(new Error('no'), { code: 'EIO' }), /^model-missing: a.gguf cannot be read from its disk \(EIO\)/],
    ['a file that asks for what is not known', new GgufError('is of GGUF version 9', 'unsupported'), /^model-unsupported: a.gguf is of GGUF version 9\.$/],
    ['an architecture that is not known', new ModelUnsupportedError('is of the architecture x'), /^model-unsupported: a.gguf is of the architecture x\.$/],
    ['no memory', new RangeError('This computer could not give 4000 MB of memory.'), /^out-of-memory: There is not enough memory for a.gguf/],
    ['no memory for JavaScript', new RangeError('Array buffer allocation failed'), /^out-of-memory/],
    ['a wrong index', new RangeError('The model has no layer 9.'), /^unexpected: .*no layer 9/],
    ['a bug', new TypeError('x is undefined'), /^unexpected: .*x is undefined/],
  ])('says of %s what happened', async (_, thrown, words) => {
    const at = loopBench(speaker(hello), () => Promise.reject(thrown))
    at.take(load(1))
    expect(failureOf(await at.end(1))).toMatch(words)
  })
})

describe('words of a file in a failure', () => {
  it('are shown without what turns or breaks lines, and not without end', async () => {
    const key = `a\u202e\u0000\n${'x'.repeat(5000)}`
    const at = loopBench(speaker(hello), () => Promise.reject(new GgufError(`is damaged: ${key} is there twice`)))
    at.take(load(1))
    const failure = failureOf(await at.end(1))
    expect(failure).toMatch(/^model-invalid: a\.gguf is damaged: a\ufffd\ufffd\ufffdx+…$/)
    expect(failure.length).toBeLessThan(450)
  })
})
