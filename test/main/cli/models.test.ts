import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCli } from '../../../src-main/cli/args'
import type { CommandWorld, ExitCode } from '../../../src-main/cli/command'
import { modelsCommand } from '../../../src-main/cli/models'
import { createOutput } from '../../../src-main/cli/output'
import { FailureError } from '../../../src-main/contract/failure'
import { createEventHub } from '../../../src-main/ipc/hub'
import { catalogue } from '../../../src-main/models/catalogue'
import { openModels } from '../../../src-main/models/models'
import type { Services } from '../../../src-main/services'
import { startFileServer, type FileServer } from '../../support/file-server'
import { goodFacts, modelsBench, type ModelsBench } from '../../support/models'

const entry = catalogue.find(({ sha256, licenceToAccept }) => sha256 === null && licenceToAccept !== null) ?? expect.fail('every hash is known')
const bytes = Buffer.from('GGUF and what follows')
const path = `/${entry.repository}/resolve/${entry.revision}/${entry.file}`

let root: string
let bench: ModelsBench
let server: FileServer
let services: Services
let abort: AbortController
const hub = createEventHub()

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-cli-models-'))
  server = await startFileServer(bytes, path)
  server.headers = { 'x-linked-etag': `"${createHash('sha256').update(bytes).digest('hex')}"`, 'x-linked-size': String(bytes.length) }
  const env = { HF_ENDPOINT: new URL(server.url).origin }
  bench = await modelsBench(root, {
    env, onDownload: (name, download) => hub.publish('model/download', { name, download }), onCopy: (name, copy) => hub.publish('model/copy', { name, copy }),
  })
  bench.inspect.mockResolvedValue({ ...goodFacts, architecture: entry.architecture, contextMax: entry.context, shape: entry.shape })
  abort = new AbortController()
  // The command under test uses this part and no other.
  services = { models: bench.models } as unknown as Services
})
afterEach(async () => {
  await server.close()
  rmSync(root, { recursive: true, force: true })
})

interface Run {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
}

async function run(...words: readonly string[]): Promise<Run> {
  const cli = parseCli(JSON.stringify(['models', ...words]))
  if (cli.kind !== 'command') throw new Error(`not a command: ${words.join(' ')}`)
  const written = { out: '', err: '' }
  const writer = (name: 'out' | 'err') => ({ write: (text: string) => void (written[name] += text) })
  const streams = { out: writer('out'), err: writer('err'), terminal: false }
  const world: CommandWorld = { services, options: cli.options, out: createOutput(streams, cli.options), listen: hub.listen, signal: abort.signal }
  return { code: await modelsCommand(world, cli.args), ...written }
}
const modelsOf = ({ out }: Run): readonly Record<string, unknown>[] => (JSON.parse(out) as { models: readonly Record<string, unknown>[] }).models

describe('models', () => {
  it('lists the catalogue with every field for scripts, one of them recommended, and why', async () => {
    const listed = modelsOf(await run('--json'))
    expect(listed).toHaveLength(catalogue.length)
    for (const model of listed) {
      expect(model).toMatchObject({
        name: expect.any(String) as string, architecture: expect.any(String) as string, licence: expect.any(String) as string,
        bytes: expect.any(Number) as number, context: expect.any(Number) as number, installed: false, recommended: expect.any(Boolean) as boolean,
        memoryBytes: expect.any(Number) as number,
      })
    }
    expect(listed.filter(({ recommended }) => recommended)).toMatchObject([{ name: 'glm-4-9b-chat-q4_k_m' }])
    const { out } = await run()
    expect(out).toMatch(/glm-4-9b-chat-q4_k_m {2}.* 6\.25 GB .* recommended .*131072 tokens fit in memory; GLM-4-9B-Chat is what Longleaf is made for/)
    expect(out).toMatch(/glm-4-9b-chat-q4_k_s .* about 5\.75 GB/)
  })

  it('get asks for the licence, then downloads what the server announces', async () => {
    await expect(run('get', entry.name)).rejects.toMatchObject({ failure: { kind: 'licence-needed' } })
    expect(server.requests).toHaveLength(0)
    expect((await run('licence', 'glm-4')).out).toContain('Built with glm-4')
    const got = await run('get', entry.name, '--accept-licence', '--json')
    expect(got.code).toBe(0)
    expect(modelsOf(got)).toMatchObject([{ name: entry.name, installed: true, bytes: bytes.length, bytesExact: true, licenceToAccept: null, download: null }])
    expect(readFileSync(join(bench.ownFolder, entry.file)).equals(bytes)).toBe(true)
    expect((await run('get', entry.title)).code).toBe(0)
    expect(server.requests).toHaveLength(1)
    expect((await run('delete', entry.name)).out).toContain(`Deleted: ${entry.title}`)
    expect((await bench.models.find(entry.name)).installed).toBe(false)
  })

  it('get keeps a file that this version cannot run, and names it as it will be called', async () => {
    await bench.models.acceptLicence('glm-4')
    bench.inspect.mockImplementation((file: string) => Promise.reject(new FailureError('model-unsupported', `${basename(file)} is of the architecture parrot.`)))
    await expect(run('get', entry.name)).rejects.toMatchObject({ failure: { kind: 'model-unsupported', message: `${entry.file} is of the architecture parrot.` } })
    expect(await bench.models.find(entry.name)).toMatchObject({ installed: false, download: { state: 'failed', doneBytes: bytes.length } })
  })

  it('get is paused by Ctrl+C, and goes on the next time', async () => {
    await bench.models.acceptLicence('glm-4')
    server.faults.push({ kind: 'stall', afterBytes: 9 })
    const stop = hub.listen('model/download', ({ download }) => download?.doneBytes === 9 && abort.abort())
    expect((await run('get', entry.name)).code).toBe(130)
    stop()
    abort = new AbortController()
    expect((await run('get', entry.name)).code).toBe(0)
    expect(server.requests.at(-1)?.range).toBe('bytes=9-')
  })

  it('import copies a file, or leaves it where it is', async () => {
    const copied = await run('import', bench.put('mine.gguf', 'GGUF'), '--json')
    expect(modelsOf(copied)).toMatchObject([{ name: 'mine', origin: 'copied', installed: true }])
    const inPlace = await run('import', bench.put('else.gguf', 'GGUF'), '--in-place', '--json')
    expect(modelsOf(inPlace)).toMatchObject([{ name: 'else', origin: 'in-place', installed: true }])
    expect((await run('delete', 'else')).out).toContain('Its file is where it was.')
    await expect(run('delete', 'else')).rejects.toMatchObject({ failure: { kind: 'model-missing' } })
    await expect(run('licence', 'other')).rejects.toMatchObject({ failure: { kind: 'not-found' } })
  })

  it('import says how far the copy is, and Ctrl+C leaves nothing of it', async () => {
    const file = bench.put('large.gguf', 'GGUF')
    truncateSync(file, 300_000_000)
    const stop = hub.listen('model/copy', () => abort.abort())
    expect((await run('import', file)).code).toBe(130)
    expect(readdirSync(bench.ownFolder)).toEqual([])
    stop()
    abort = new AbortController()
    const { code, err } = await run('import', file)
    expect([code, err]).toEqual([0, expect.stringMatching(/^Copying large: 0 %\n/) as string])
    expect(statSync(join(bench.ownFolder, 'large.gguf')).size).toBe(300_000_000)
  })

  it('a mirror that the person chose comes before the one of the environment, and has to be safe', async () => {
    await bench.models.acceptLicence('glm-4')
    const models = await openModels({ ...bench.world, mirror: () => 'http://mirror.example' })
    await expect(models.get(entry.name)).rejects.toMatchObject({ failure: { kind: 'invalid-request', message: expect.stringContaining('mirror.example') as string } })
  })
})
