import { describe, expect, it } from 'vitest'
import type { ModelAdvice, ModelSummary } from '../../../src-main/contract/model'
import { adviceText } from '../../../src-renderer/settings/advice-text'
import { familiesOf, partFiles } from '../../../src-renderer/settings/catalogue'

const model = (name: string, family: string, change: Partial<ModelSummary> = {}): ModelSummary => ({
  name, family, title: name, architecture: 'chatglm', quantisation: 'Q4_0', bytes: 1e9, bytesExact: true, context: 8_192, kvBytesPerToken: 1, memoryBytes: 2e9, memoryTokens: 8_192,
  madeBy: 'A', packagedBy: null, licence: 'MIT', licenceToAccept: null, origin: 'catalogue', installed: false, removable: false, recommended: false,
  advice: { kind: 'fits', tokens: 8_192, why: null }, starter: false, download: null, ...change,
})

describe('the catalogue', () => {
  it('keeps files of one model together: the recommended family first, then what is installed', () => {
    const models = [model('a1', 'A'), model('b1', 'B', { installed: true }), model('c1', 'C'), model('c2', 'C', { recommended: true }), model('a2', 'A')]
    expect(familiesOf(models).map(({ name, facts, models: files }) => [name, facts, files.map((file) => file.name)])).toEqual([
      ['C', 'A · Licence MIT', ['c1', 'c2']], ['B', 'A · Licence MIT', ['b1']], ['A', 'A · Licence MIT', ['a1', 'a2']],
    ])
  })

  it('shows at once what is recommended, installed or on its way, and otherwise the first file', () => {
    const [one, two, three] = [model('1', 'A'), model('2', 'A', { recommended: true }), model('3', 'A', { download: { state: 'paused', doneBytes: 1, totalBytes: 2 } })] as const
    expect(partFiles([one, two, three], [])).toEqual([[two, three], [one]])
    expect(partFiles([one, two], ['1'])).toEqual([[one, two], []])
    expect(partFiles([one, model('4', 'A')], [])[0]).toEqual([one])
    expect(partFiles([], [])).toEqual([[], []])
  })

  it.each<[ModelAdvice, string]>([
    [{ kind: 'fits', tokens: 131_072, why: null }, 'Up to 131,072 tokens fit in the memory of this computer.'],
    [{ kind: 'fits', tokens: 131_072, why: 'first-choice' }, 'Up to 131,072 tokens fit in the memory of this computer. The best choice here: Longleaf is made for it.'],
    [{ kind: 'too-little-memory', neededBytes: 7e9, haveBytes: 4e9 }, 'Needs 7.0 GB of memory; this computer has 4.0 GB for models.'],
    [{ kind: 'too-little-disk', neededBytes: 7e9, freeBytes: 1e9 }, 'Needs 7.0 GB on the disk; 1.0 GB are free.'],
  ])('says in a sentence how a model goes with this computer', (advice, text) => {
    expect(adviceText(advice)).toBe(text)
  })
})
