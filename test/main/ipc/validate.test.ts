import { describe, expect, it, vi } from 'vitest'
import type { CallName } from '../../../src-main/contract/calls'
import { FailureError } from '../../../src-main/contract/failure'
import { argumentSchemas } from '../../../src-main/ipc/schemas'
import { dispatch, type Handlers } from '../../../src-main/ipc/serve'
import { validateCall } from '../../../src-main/ipc/validate'
import { seededRandom } from '../../support/seeded-random'

vi.mock('electron', () => ({ ipcMain: {} }))

const names = Object.keys(argumentSchemas) as readonly CallName[]
const id = 'a'.repeat(64)

/** A good call of each name that takes arguments. */
const good: Partial<Record<CallName, readonly unknown[]>> = {
  'library/search': [{ text: 'tide', documents: [id], limit: 5 }],
  'document/marks': [id, [{ start: { unit: 0, offset: 1 }, end: { unit: 0, offset: 9 } }]],
  'document/find': [id, 'tide'],
  'import/start': [[{ kind: 'path', path: '/home/reader/a.pdf' }, { kind: 'bytes', name: 'a.pdf', bytes: new Uint8Array(4) }]],
  'import/cancel': [1],
  'import/password': [1, 'heron'],
  'answer/start': [{ conversation: null, documents: [id], text: 'Why?', mode: 'whole', sampling: { temperature: 0, topK: 40, repetitionPenalty: 1.1, presencePenalty: -1, seed: 1 } }],
  'settings/write': [{ theme: 'dark', libraryWidth: 300 }],
  'model/choose': ['starter'],
}

describe('a call', () => {
  it.each(Object.entries(good))('%s passes with what it takes', (name, args) => {
    expect(validateCall(name, args)).toMatchObject({ ok: true, value: { name, args } })
  })

  it('is refused under a name that is not in the contract, whatever objects inherit', () => {
    for (const name of ['nope', '__proto__', 'constructor', 'toString', '', 1, null, undefined, {}, ['library/list']]) {
      expect(validateCall(name, []).ok).toBe(false)
    }
  })

  it('is refused with too few, too many or other arguments', () => {
    for (const name of names) {
      expect(validateCall(name, [1, 2, 3, 4]).ok, name).toBe(false)
      expect(validateCall(name, 'x').ok, name).toBe(false)
      expect(validateCall(name, { length: 0 }).ok, name).toBe(false)
    }
    expect(validateCall('document/open', ['../../etc/passwd']).ok).toBe(false)
    expect(validateCall('document/open', [id.toUpperCase()]).ok).toBe(false)
    expect(validateCall('import/cancel', [0.5]).ok).toBe(false)
    expect(validateCall('settings/write', [{ theme: 'pink' }]).ok).toBe(false)
    for (const sampling of [{ topK: -1 }, { topK: 1.5 }, { repetitionPenalty: 0 }, { presencePenalty: 11 }, { stop: ['x'] }]) {
      expect(validateCall('answer/start', [{ conversation: null, documents: [id], text: 'Why?', sampling }]).ok).toBe(false)
    }
  })

  it('is refused with fields that the contract does not have, __proto__ among them', () => {
    const poisoned: unknown = JSON.parse('{"theme":"dark","__proto__":{"isAdmin":true}}')
    expect(validateCall('settings/write', [poisoned]).ok).toBe(false)
    expect(validateCall('settings/write', [{ theme: 'dark', constructor: 1 }]).ok).toBe(false)
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
  })

  it('is refused above 8 MB, pasted files aside', () => {
    expect(validateCall('document/find', [id, 'x'.repeat(5_000_000)]).ok).toBe(false)
    expect(validateCall('import/start', [[{ kind: 'bytes', name: 'a.pdf', bytes: new Uint8Array(20_000_000) }]]).ok).toBe(true)
    expect(validateCall('import/start', [[{ kind: 'bytes', name: 'a.pdf', bytes: new Uint8Array(521_000_000) }]]).ok).toBe(false)
  })
})

/** Values as a hostile page could send them, from a seed. */
function hostile(random: () => number, depth = 0): unknown {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const leaves: readonly (() => unknown)[] = [
    () => null, () => undefined, () => true, () => NaN, () => -1, () => Infinity, () => 2 ** 53, () => random() * 1e10, () => 10n ** 20n, () => '', () => '__proto__',
    () => '../'.repeat(20), () => '\0', () => '\ud800', () => 'x'.repeat(Math.floor(random() * 5_000)), () => new Uint8Array(Math.floor(random() * 100)), () => new ArrayBuffer(8),
    () => new Date(NaN), () => /x/, () => new Error('x'), () => new Map([['a', 1]]), () => new Set([1]), () => id, () => 1, () => 'starter',
  ]
  if (depth > 4 || random() < 0.5) return pick(leaves)()
  if (random() < 0.5) return Array.from({ length: Math.floor(random() * 5) }, () => hostile(random, depth + 1))
  const entries = Array.from({ length: Math.floor(random() * 5) }, (): [string, unknown] => [pick(['kind', 'path', 'text', 'start', 'end', 'unit', 'offset', '__proto__', 'constructor', 'documents', 'theme', 'toString']), hostile(random, depth + 1)])
  const object: Record<string, unknown> = random() < 0.5 ? {} : (Object.create(null) as Record<string, unknown>)
  for (const [key, value] of entries) Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  return object
}

describe('10,000 hostile payloads', () => {
  it('are each refused or fit the contract; nothing throws and no prototype changes', async () => {
    const seed = 20_261
    const random = seededRandom(seed)
    const called: unknown[] = []
    const handlers = Object.fromEntries(names.map((name) => [name, (...args: readonly unknown[]) => void called.push(args)])) as unknown as Handlers
    let passed = 0
    for (let round = 0; round < 10_000; round++) {
      const name = random() < 0.95 ? names[round % names.length] : hostile(random)
      const args = random() < 0.9 ? Array.from({ length: Math.floor(random() * 3) }, () => hostile(random)) : hostile(random)
      const checked = validateCall(name, args)
      if (!checked.ok) {
        expect(checked.failure.kind).toBe('invalid-request')
        continue
      }
      passed += 1
      expect(argumentSchemas[checked.value.name].safeParse(checked.value.args).success).toBe(true)
      await dispatch(checked.value, handlers, null)
    }
    expect(called.length).toBe(passed)
    expect(passed).toBeGreaterThan(100)
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

describe('a handler that fails', () => {
  const run = (error: Error) => dispatch({ name: 'library/list', args: [] }, { 'library/list': () => Promise.reject(error) } as unknown as Handlers, null)

  it('answers with its failure, or with a sentence that shows nothing of the inside', async () => {
    expect(await run(new FailureError('not-found', 'Gone.'))).toEqual({ ok: false, failure: { kind: 'not-found', message: 'Gone.' } })
    const bug = await run(new TypeError('secret /home/reader/path'))
    expect(bug).toMatchObject({ ok: false, failure: { kind: 'unexpected' } })
    expect(JSON.stringify(bug)).not.toContain('secret')
    expect(await run(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toMatchObject({ ok: false, failure: { kind: 'disk-full' } })
  })
})
