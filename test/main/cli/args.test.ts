import { describe, expect, it } from 'vitest'
import { parseCli } from '../../../src-main/cli/args'
import { commands } from '../../../src-main/cli/usage'

const parse = (...words: readonly string[]) => parseCli(JSON.stringify(words))

describe('a command', () => {
  it('is absent where a window is wanted', () => {
    expect(parseCli(undefined)).toEqual({ kind: 'none' })
    expect(parseCli('')).toEqual({ kind: 'none' })
  })

  it('takes its options wherever they stand', () => {
    const cli = parse('ask', '--json', 'a.pdf', '--seed', '7', 'Why?', '--max-tokens=40', '--temperature', '0.5', '--model', 'starter', '--data', '/d', '--export', 'out.md', '--memory', '2GB', '--attend', '8192')
    expect(cli).toMatchObject({
      kind: 'command', name: 'ask', args: ['a.pdf', 'Why?'], data: '/d',
      options: { json: true, quiet: false, seed: 7, tokensMax: 40, temperature: 0.5, model: 'starter', exportPath: 'out.md', memoryBytes: 2e9, selectedTokens: 8192 },
    })
  })

  it('may come after its options', () => {
    expect(parse('--data', 'list', '--json', 'search', 'tides')).toMatchObject({ kind: 'command', name: 'search', args: ['tides'], data: 'list', options: { json: true } })
    expect(parse('--data=/d', 'list')).toMatchObject({ kind: 'command', name: 'list', data: '/d' })
    expect(parse('--json')).toMatchObject({ kind: 'usage', message: 'A command is missing.' })
    expect(parse('--bogus', 'list')).toMatchObject({ kind: 'usage', message: 'There is no option “--bogus”.' })
    expect(parse('--data', '/d', '--help')).toMatchObject({ kind: 'usage', message: null })
  })

  it('takes words with a dash, and everything behind two, as they are', () => {
    expect(parse('search', '-agent')).toMatchObject({ kind: 'command', args: ['-agent'] })
    expect(parse('search', '')).toMatchObject({ kind: 'command', args: [''] })
    expect(parse('search', '--', '--json')).toMatchObject({ kind: 'command', args: ['--json'], options: { json: false } })
    expect(parse('search', "'; DROP TABLE documents; --")).toMatchObject({ kind: 'command', args: ["'; DROP TABLE documents; --"] })
  })

  it.each([['2GB', 2e9], ['1.5GiB', 1.5 * 2 ** 30], ['512M', 512e6], ['1000', 1000], ['4 kb', 4e3]])('reads the size %s', (size, bytes) => {
    expect(parse('ask', 'a', 'q', '--memory', size)).toMatchObject({ options: { memoryBytes: bytes } })
  })
})

describe('models', () => {
  it('are listed, downloaded, brought, deleted and licensed', () => {
    expect(parse('models', 'get', 'glm-4-9b-chat', '--accept-licence')).toMatchObject({ kind: 'command', args: ['get', 'glm-4-9b-chat'], options: { acceptLicence: true } })
    expect(parse('models', 'import', 'a.gguf', '--in-place')).toMatchObject({ kind: 'command', args: ['import', 'a.gguf'], options: { inPlace: true } })
    for (const words of [['models'], ['models', 'delete', 'a'], ['models', 'licence', 'glm-4'], ['models', 'device'], ['models', 'device', 'cpu']]) expect(parse(...words)).toMatchObject({ kind: 'command' })
  })
})

describe('a wrong command', () => {
  it.each([
    [[]], [['bogus']], [['import']], [['ask', 'a.pdf']], [['list', 'x']], [['show']], [['show', 'a', 'b']], [['delete']], [['search']], [['models', 'x']], [['models', 'get']],
    [['models', 'import', 'a', 'b']], [['list', '--bogus']], [['list', '--data']], [['list', '--data=']], [['ask', 'a', 'q', '--seed', '-1']], [['ask', 'a', 'q', '--seed', '1.5']],
    [['ask', 'a', 'q', '--temperature', 'hot']], [['ask', 'a', 'q', '--max-tokens', '0']], [['ask', 'a', 'q', '--mode', 'both']], [['ask', 'a', 'q', '--memory', 'much']],
    [['ask', 'a', 'q', '--memory', '0']], [['ask', 'a', 'q', '--attend', 'some']], [['ask', 'a', 'q', '--export', 'out.exe']], [['list', '--export', 'out.md']], [['search', 'x', '--text']], [['list', '--json=1']],
    [['list', '--__proto__', 'x']], [['constructor']], [['models', 'delete']], [['models', 'licence', '']], [['models', 'device', '']], [['models', 'device', 'a', 'b']], [['models', 'import', 'a', '--accept-licence']], [['models', '--in-place']],
    [['list', '--in-place']],
  ])('%j is answered with a sentence and the usage', (words) => {
    const cli = parse(...words)
    expect(cli).toMatchObject({ kind: 'usage', message: expect.stringMatching(/\.$/) as string, usage: expect.stringContaining('Usage:') as string })
  })

  it('that is no list of words is one, too', () => {
    for (const source of ['x', '{}', '[1]', 'null', '"list"']) expect(parseCli(source)).toMatchObject({ kind: 'usage', message: expect.any(String) as string })
  })
})

describe('the usage', () => {
  it('is given without a complaint where it is asked for', () => {
    for (const words of [['help'], ['--help'], ['-h'], ['ask', '--help']]) expect(parse(...words)).toMatchObject({ kind: 'usage', message: null })
  })

  it('names every command', () => {
    const cli = parse('help')
    for (const command of commands) expect(cli.kind === 'usage' ? cli.usage : '').toContain(`longleaf ${command}`)
  })
})
