/** What a person is told before a document is read, while something keeps it from being read, and at the end. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCli } from '../../../src-main/cli/args'
import type { ExitCode } from '../../../src-main/cli/command'
import { createOutput } from '../../../src-main/cli/output'
import { readCommand } from '../../../src-main/cli/read'
import { FailureError, type Failure } from '../../../src-main/contract/failure'
import type { Forecast } from '../../../src-main/contract/forecast'
import type { DocumentReading, ReadingChoices, ReadingResult, ReadingState } from '../../../src-main/contract/reading'
import { createEventHub } from '../../../src-main/ipc/hub'
import type { Library } from '../../../src-main/library/library'
import type { Services } from '../../../src-main/services'
import { buildDocument } from '../../support/documents'
import { openHere } from '../../support/library'

const forecast: Forecast = {
  model: 'GLM', tokens: 40_000, seconds: 600, memoryBytes: 8e9, diskBytes: 1.6e9, mode: 'resident', basis: 'measured', obstacle: null,
}
const whole: Omit<ReadingResult, 'document'> = {
  reading: 'r.reading', model: 'GLM', tokens: 40_000, tokensTotal: 40_000, reused: 0, prefilled: 40_000, units: [[0, 2]], bytes: 1.6e9, setAside: null,
  weights: 'resident', milliseconds: 1,
}
const choices: ReadingChoices = {
  tokens: 40_000, tokensMax: 31_744, unitTokens: [15_000, 15_000, 10_000], cost: { secondsEach: 0.015, secondsSquare: 0, diskBytesEach: 40_000 },
  largerModel: { name: 'glm-1m', title: 'GLM with a million', context: 1_048_576, installed: false },
  chapters: [{ title: 'Mud', level: 1, units: [0, 1], tokens: 30_000 }, { title: 'Salt', level: 2, units: [2, 2], tokens: 10_000 }],
}

let root: string
let library: Library
let book: string
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'longleaf-cli-read-'))
  library = await openHere(root)
  const { units, file, document } = buildDocument(['One.', 'Two.', 'Three.'], { name: 'tides.pdf', title: 'Tides' })
  await library.addUnits(1, units)
  book = (await library.finish(1, file, document, { state: 'ready', failure: null })).id
})
afterEach(async () => {
  await library.close()
  rmSync(root, { recursive: true, force: true })
})

interface Course {
  readonly forecast?: Partial<Forecast>
  readonly states?: readonly ReadingState[]
  /** What is there before it begins. */
  readonly before?: DocumentReading
  readonly result?: Partial<ReadingResult>
}

interface Read {
  readonly code: ExitCode | Failure
  readonly out: string
  readonly err: string
  readonly wasRead: boolean
}

/** Reads the book as the program does, with what others would have come to. */
async function read(course: Course, ...options: readonly string[]): Promise<Read> {
  const cli = parseCli(JSON.stringify(['read', book, ...options]))
  if (cli.kind !== 'command') throw new Error('not a command')
  const written = { out: '', err: '' }
  const writer = (name: 'out' | 'err') => ({ write: (text: string) => void (written[name] += text) })
  const hub = createEventHub()
  let wasRead = false
  const services = {
    library,
    forecaster: { forecast: () => Promise.resolve({ ...forecast, ...course.forecast }) },
    engine: { onStatus: () => () => undefined, facts: { layers: 40 } },
    readingChooser: { choices: () => Promise.resolve(choices) },
    readings: {
      of: () => Promise.resolve(course.before ?? null),
      read() {
        wasRead = true
        const kept = { tokens: 0, tokensTotal: null, units: [] }
        for (const state of course.states ?? []) hub.publish('reading/changed', { readings: [{ document: book, scope: { kind: 'whole' }, state, kept }] })
        return Promise.resolve({ ...whole, document: book, ...course.result })
      },
    },
  } as unknown as Services
  const out = createOutput({ out: writer('out'), err: writer('err'), terminal: false }, cli.options)
  const world = { services, options: cli.options, out, listen: hub.listen, signal: new AbortController().signal }
  const code = await readCommand(world, cli.args).catch((error: unknown) => {
    if (error instanceof FailureError) return error.failure
    throw error
  })
  return { code, ...written, wasRead }
}

describe('reading a document', () => {
  it('says first what it takes, and at the end what is there', async () => {
    const { code, out, err } = await read({})
    expect([code, out]).toEqual([0, 'Read with GLM: “Tides”, 40000 tokens, 1.60 GB on the disk.\n'])
    expect(err).toContain('“Tides”: 40000 tokens. Reading it whole with GLM takes about 10 min, 8.00 GB of memory and 1.60 GB on the disk.\n')
  })

  it('says how much of it is read already, where that is of the whole', async () => {
    const before: DocumentReading = { document: book, scope: { kind: 'whole' }, state: { kind: 'partial' }, kept: { tokens: 2_048, tokensTotal: 40_000, units: [[0, 0]] } }
    expect((await read({ before })).err).toContain('2048 of them are read already.\n')
    expect((await read({ before: { ...before, scope: { kind: 'units', units: [[0, 1]] } } })).err).not.toContain('already')
  })

  it('says what keeps it waiting', async () => {
    const paused = (['battery', 'heat', 'memory'] as const).map((why): ReadingState => ({ kind: 'paused', why }))
    const { err } = await read({ states: paused })
    expect(err).toMatch(/Paused while the computer runs on its battery.*\n.*Paused until the computer is cooler\.\n.*Paused until there is more free memory/)
  })

  it('that was stopped says which pages are read, and how to go on', async () => {
    const { code, out } = await read({ result: { tokens: 20_480, reused: 2_048, units: [[0, 0]] } })
    expect(code).toBe(130)
    expect(out).toBe('Partly read with GLM: “Tides”, page 1, 20480 of 40000 tokens, 2048 of them before. The same command goes on from there.\n')
  })

  it('says why what was read before is of no use', async () => {
    expect((await read({ result: { setAside: 'The model is another.' } })).err).toContain('The model is another.\n')
  })
})

describe('a document that is longer than the model’s window', () => {
  it('is not read, and what can be done instead is said: chapters, a larger model, passages', async () => {
    const { code, err, wasRead } = await read({ forecast: { obstacle: { kind: 'longer-than-model', contextMax: 32_768 } } })
    expect(code).toMatchObject({ kind: 'context-exceeded', message: '“Tides” is too long for GLM to be read whole. Nothing was read.' })
    expect(wasRead).toBe(false)
    const said = [
      'That is longer than the 32768 tokens that this model can have in view beside questions and answers.',
      '31744 tokens of it can be read at once. Chapters can be chosen in the window:',
      '  Mud, pages 1-2: 30000 tokens',
      '    Salt, page 3: 10000 tokens',
      'GLM with a million can have all of it in view: “longleaf models get glm-1m”, then “--model glm-1m”.',
      'Without reading it, “longleaf ask” answers from passages of all of it.',
    ]
    expect(err).toContain(`${said.join('\n')}\n`)
  })
})

it('what may not take so much memory is not read', async () => {
  const { code, wasRead } = await read({}, '--memory', '10MB')
  expect(code).toMatchObject({ kind: 'out-of-memory', message: expect.stringMatching(/takes 80 MB.*--memory allows 10 MB/) as unknown })
  expect(wasRead).toBe(false)
  expect((await read({}, '--memory', '80MB')).wasRead).toBe(true)
})
