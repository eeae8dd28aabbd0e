import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { WordReply, WordRequest } from '../../../src-renderer/ingest/docx/worker'
import { readDocx } from '../../../src-renderer/ingest/docx'

type Listener = (event: { data?: WordReply; message?: string; preventDefault: () => void }) => void

/** A worker that does what the test says. */
class StubWorker {
  terminated = 0
  posted: WordRequest[] = []
  private readonly listeners: (readonly [string, Listener])[] = []
  addEventListener(type: string, listener: Listener): void { this.listeners.push([type, listener]) }
  postMessage(request: WordRequest): void { this.posted.push(request) }
  terminate(): void { this.terminated += 1 }
  emit(type: 'message' | 'error', event: { data?: WordReply; message?: string }): void {
    for (const [name, listener] of this.listeners) if (name === type) listener({ ...event, preventDefault: () => undefined })
  }
}

const request = (signal: AbortSignal, progress: (done: number, total: number) => void = () => undefined): Parameters<typeof readDocx>[0] =>
  ({ bytes: new Uint8Array([1, 2, 3]), fileName: 'a.docx', password: null, signal, progress })
const never = (): AbortSignal => new AbortController().signal
const parsed = { format: 'docx', title: null, author: null, language: null, units: [], blocks: [], outline: [], notices: [], cover: null } as const

describe('the worker of one Word file', () => {
  beforeEach(() => { vi.useFakeTimers() })
  afterEach(() => { vi.useRealTimers() })

  test('its document is given on, and the worker ends with it', async () => {
    const worker = new StubWorker()
    const progress = vi.fn()
    const reading = readDocx(request(never(), progress), () => worker)
    worker.emit('message', { data: { kind: 'alive' } })
    worker.emit('message', { data: { kind: 'read', document: parsed } })
    expect(await reading).toEqual(parsed)
    expect(worker.posted).toEqual([{ bytes: new Uint8Array([1, 2, 3]), fileName: 'a.docx' }])
    expect(progress.mock.calls).toEqual([[0, 0], [0, 0]])
    expect(worker.terminated).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a cancel kills it at once', async () => {
    const worker = new StubWorker()
    const controller = new AbortController()
    const reading = readDocx(request(controller.signal), () => worker)
    controller.abort(new Error('cancelled'))
    await expect(reading).rejects.toThrow('cancelled')
    expect(worker.terminated).toBe(1)
  })

  test('a cancel before it began kills it too', async () => {
    const worker = new StubWorker()
    await expect(readDocx(request(AbortSignal.abort(new Error('cancelled'))), () => worker)).rejects.toThrow('cancelled')
    expect(worker.terminated).toBe(1)
  })

  test('one that hangs is killed after a minute, and the person is told', async () => {
    const worker = new StubWorker()
    const reading = expect(readDocx(request(never()), () => worker)).rejects.toMatchObject({ failure: { kind: 'took-too-long', message: expect.stringContaining('“a.docx” took longer than 60 seconds') as string } })
    await vi.advanceTimersByTimeAsync(59_000)
    expect(worker.terminated).toBe(0)
    await vi.advanceTimersByTimeAsync(1_001)
    await reading
    expect(worker.terminated).toBe(1)
  })

  test('one that dies says so; the failure that it found is given on as it is', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const dying = new StubWorker()
    const died = expect(readDocx(request(never()), () => dying)).rejects.toMatchObject({ failure: { kind: 'reader-crashed' } })
    dying.emit('error', { message: 'out of memory' })
    await died
    const failing = new StubWorker()
    const failed = expect(readDocx(request(never()), () => failing)).rejects.toMatchObject({ failure: { kind: 'too-complex', message: 'No.' } })
    failing.emit('message', { data: { kind: 'failed', failure: { kind: 'too-complex', message: 'No.' } } })
    await failed
    expect([dying.terminated, failing.terminated]).toEqual([1, 1])
    log.mockRestore()
  })
})
