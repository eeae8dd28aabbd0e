import { describe, expect, it, vi } from 'vitest'
import type { IngestEvent, IngestRequest } from '../../../src-main/contract/ingest'
import { createIngestHost, type IngestPage, type ParseHooks } from '../../../src-main/import/ingest-host'
import { eventually } from '../../support/eventually'

const nothing = { format: 'pdf', title: null, author: null, language: null, blocks: [], outline: [], notices: [], cover: null, sentences: [], passages: [] } as const
const unit = { text: 'a', label: null, furniture: '', width: 1, height: 1, rotation: 0, runs: new Float32Array(), problem: null } as const

/** A page whose answers the test writes. */
class FakePage implements IngestPage {
  readonly requests: IngestRequest[] = []
  destroyed = false
  private listener: (message: unknown) => void = () => undefined
  private gone: () => void = () => undefined
  constructor(private readonly answer: (page: FakePage, request: IngestRequest) => void, ready = true) {
    if (ready) setTimeout(() => this.say({ kind: 'ready' }))
  }
  send(request: IngestRequest): void {
    this.requests.push(request)
    setTimeout(() => this.answer(this, request))
  }
  onMessage(listener: (message: unknown) => void): void { this.listener = listener }
  onGone(listener: () => void): void { this.gone = listener }
  destroy(): void { this.destroyed = true }
  say(event: unknown): void { if (!this.destroyed) this.listener(event) }
  crash(): void { this.gone() }
}

const task = { job: 7, path: '/held/a.part', fileName: 'a.pdf', bytes: 3, password: null }
const hooksOf = (signal = new AbortController().signal) => ({ onProgress: vi.fn(), onUnits: vi.fn(), signal }) satisfies ParseHooks

function hostOver(answer: (page: FakePage, request: IngestRequest) => void, ready = true) {
  const pages: FakePage[] = []
  const openPage = (): IngestPage => {
    const page = new FakePage(answer, ready)
    pages.push(page)
    return page
  }
  const host = createIngestHost({
    openPage, issueSource: (path) => `app://longleaf/source/${path.length}`, log: { write: () => undefined },
    silenceMilliseconds: 150, startMilliseconds: 150, cancelMilliseconds: 80, idleMilliseconds: 50,
  })
  return { host, pages }
}
const job = (event: Partial<IngestEvent> & { readonly kind: string }): unknown => ({ job: 7, ...event })

describe('a document that is read', () => {
  it('comes as progress, units and its end, without a path ever leaving main', async () => {
    const { host, pages } = hostOver((page) => {
      page.say(job({ kind: 'progress', unitsDone: 1, unitsTotal: 2 }))
      page.say(job({ kind: 'units', units: [unit] }))
      page.say({ kind: 'units', job: 99, units: [unit, unit] })
      page.say(job({ kind: 'parsed', document: nothing }))
    })
    const hooks = hooksOf()
    expect(await host.parse(task, hooks)).toEqual(nothing)
    expect(hooks.onProgress).toHaveBeenCalledExactlyOnceWith(1, 2)
    expect(hooks.onUnits).toHaveBeenCalledExactlyOnceWith([unit])
    expect(pages[0]?.requests).toEqual([{ kind: 'parse', job: 7, source: 'app://longleaf/source/12', fileName: 'a.pdf', bytes: 3, password: null }])
  })

  it('leaves the page to the next one, until nothing has come for a while', async () => {
    const { host, pages } = hostOver((page) => page.say(job({ kind: 'parsed', document: nothing })))
    await host.parse(task, hooksOf())
    await host.parse(task, hooksOf())
    expect(pages).toHaveLength(1)
    await eventually(() => expect(pages[0]?.destroyed).toBe(true))
    await host.parse(task, hooksOf())
    expect(pages).toHaveLength(2)
    host.close()
  })
})

describe('a page that is opened ahead', () => {
  const ends = (page: FakePage): void => page.say(job({ kind: 'parsed', document: nothing }))

  it('reads the first document, and is not kept for ever without one', async () => {
    const { host, pages } = hostOver(ends)
    host.warm()
    host.warm()
    await host.parse(task, hooksOf())
    host.warm()
    expect(pages).toHaveLength(1)
    await eventually(() => expect(pages[0]?.destroyed).toBe(true))
    host.warm()
    expect(pages).toHaveLength(2)
    await eventually(() => expect(pages[1]?.destroyed).toBe(true))
  })

  it('and crashes before it is needed costs no document', async () => {
    const { host, pages } = hostOver(ends)
    host.warm()
    await new Promise((later) => setTimeout(later, 10))
    pages[0]?.crash()
    expect(pages[0]?.destroyed).toBe(true)
    expect(await host.parse(task, hooksOf())).toEqual(nothing)
    expect(pages).toHaveLength(2)
    host.close()
  })

  it('and never starts is thrown away', async () => {
    const { host, pages } = hostOver(ends, false)
    host.warm()
    await eventually(() => expect(pages[0]?.destroyed).toBe(true))
  })
})

describe('a document that is not read', () => {
  it('fails with the reader’s own words', async () => {
    const { host } = hostOver((page) => page.say(job({ kind: 'failed', failure: { kind: 'damaged', message: 'Damaged.' } })))
    await expect(host.parse(task, hooksOf())).rejects.toMatchObject({ failure: { kind: 'damaged', message: 'Damaged.', document: 'a.pdf' } })
    host.close()
  })

  it.each([
    ['a hang', 'took-too-long', () => undefined],
    ['a crash', 'reader-crashed', (page: FakePage) => page.crash()],
    ['words that no reader says', 'reader-crashed', (page: FakePage) => page.say(job({ kind: 'units', units: [{ text: 1 }] } as never))],
  ] as const)('after %s costs the page, and the next document gets a fresh one', async (_name, kind, answer) => {
    let first = true
    const { host, pages } = hostOver((page) => {
      if (first) answer(page)
      else page.say(job({ kind: 'parsed', document: nothing }))
      first = false
    })
    await expect(host.parse(task, hooksOf())).rejects.toMatchObject({ failure: { kind, document: 'a.pdf' } })
    expect(pages[0]?.destroyed).toBe(true)
    expect(await host.parse(task, hooksOf())).toEqual(nothing)
    expect(pages).toHaveLength(2)
    host.close()
  })

  it('is not one during which the computer slept', async () => {
    const { host } = hostOver((page) => {
      const woken = performance.now() + 400
      while (performance.now() < woken);
      setTimeout(() => page.say(job({ kind: 'parsed', document: nothing })), 20)
    })
    expect(await host.parse(task, hooksOf())).toEqual(nothing)
    host.close()
  })

  it('after a start that never came says so', async () => {
    const { host } = hostOver(() => undefined, false)
    await expect(host.parse(task, hooksOf())).rejects.toMatchObject({ failure: { kind: 'reader-crashed' } })
  })
})

describe('a cancelled document', () => {
  it('ends when the page confirms, and the page lives on', async () => {
    const abort = new AbortController()
    const { host, pages } = hostOver((page, request) => {
      if (request.kind === 'parse') abort.abort()
      else page.say(job({ kind: 'failed', failure: { kind: 'cancelled', message: 'x' } }))
    })
    await expect(host.parse(task, hooksOf(abort.signal))).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    expect(pages[0]?.destroyed).toBe(false)
    host.close()
  })

  it('ends all the same when the page does not hear, and costs the page', async () => {
    const abort = new AbortController()
    const { host, pages } = hostOver(() => abort.abort())
    await expect(host.parse(task, hooksOf(abort.signal))).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    expect(pages[0]?.destroyed).toBe(true)
  })
})
