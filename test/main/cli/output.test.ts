import { describe, expect, it } from 'vitest'
import { createOutput } from '../../../src-main/cli/output'

function outputOf(options: { json?: boolean; quiet?: boolean; terminal?: boolean } = {}) {
  const written = { out: '', err: '' }
  const output = createOutput(
    { out: { write: (text) => void (written.out += text) }, err: { write: (text) => void (written.err += text) }, terminal: options.terminal ?? false },
    { json: options.json ?? false, quiet: options.quiet ?? false },
  )
  return { output, written }
}

describe('output', () => {
  it('is lines for a person or one JSON document for a script, never both', () => {
    const person = outputOf()
    person.output.line('a line')
    person.output.data({ a: 1 })
    expect(person.written).toEqual({ out: 'a line\n', err: '' })
    const script = outputOf({ json: true })
    script.output.line('a line')
    script.output.data({ a: '\ud800' })
    expect(JSON.parse(script.written.out)).toEqual({ a: '\ud800' })
    expect(script.written.out).toBe('{\n  "a": "\\ud800"\n}\n')
  })

  it('keeps failures and notices off standard output', () => {
    const { output, written } = outputOf({ json: true })
    output.failure({ kind: 'damaged', message: 'It is damaged.' })
    output.note('A notice.')
    expect(written).toEqual({ out: '', err: 'It is damaged.\nA notice.\n' })
  })
})

describe('progress', () => {
  it('is a line for each tenth where there is no terminal', () => {
    const { output, written } = outputOf()
    for (let page = 0; page <= 200; page++) output.progress('a.pdf', page, 200)
    output.progress('b.pdf', 0, 0)
    output.progress('b.pdf', 1, 2)
    expect(written.err.trimEnd().split('\n')).toEqual([...Array.from({ length: 11 }, (_, tenth) => `a.pdf: ${tenth * 10} %`), 'b.pdf: 50 %'])
  })

  it('is drawn over itself on a terminal, and ended before anything else', () => {
    const { output, written } = outputOf({ terminal: true })
    output.progress('a.pdf', 1, 2)
    output.progress('a.pdf', 2, 2)
    output.note('Done.')
    expect(written.err).toMatch(/^\r\u001b\[K█{12}░{12} {2}50 % {2}a\.pdf\r\u001b\[K█{24} 100 % {2}a\.pdf\nDone\.\n$/)
  })

  it('shows what is being written on a terminal only, in one line', () => {
    const terminal = outputOf({ terminal: true })
    terminal.output.status(`${'x'.repeat(200)}\nthe end`)
    expect(terminal.written.err).toBe(`\r\u001b[K${'x'.repeat(64)} the end`)
    const pipe = outputOf()
    pipe.output.status('text')
    expect(pipe.written).toEqual({ out: '', err: '' })
  })

  it('is nothing where quiet was asked for', () => {
    const { output, written } = outputOf({ quiet: true })
    output.progress('a.pdf', 1, 2)
    output.endProgress()
    expect(written.err).toBe('')
  })
})
