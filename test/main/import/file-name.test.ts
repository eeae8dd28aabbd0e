import { describe, expect, it } from 'vitest'
import { displayName } from '../../../src-main/import/file-name'

describe('a file’s name as it is shown', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', '.. .. etc passwd'],
    ['a\u0000b.pdf', 'a b.pdf'],
    ['invoice\u202efdp.exe', 'invoice fdp.exe'],
    ['line\nbreak\tand\u2028more.pdf', 'line break and more.pdf'],
    ['re\u0301sume\u0301.docx', 'r\u00e9sum\u00e9.docx'],
    ['', 'untitled'], ['..', 'untitled'], ['\u202e', 'untitled'],
    ['报告.pdf', '报告.pdf'],
  ])('%j', (name, shown) => {
    expect(displayName(name)).toBe(shown)
  })

  it('is at most 200 characters long and keeps its ending', () => {
    const shown = displayName(`${'ä'.repeat(300)}.pdf`)
    expect(Array.from(shown)).toHaveLength(200)
    expect(shown).toMatch(/ä…\.pdf$/)
    expect(Array.from(displayName('😀'.repeat(300)))).toHaveLength(200)
    expect(displayName('😀'.repeat(300)).isWellFormed()).toBe(true)
  })
})
