import type { DocumentId } from '../contract/document'
import type { DocumentReading } from '../contract/reading'
import type { Publish } from '../ipc/publish'
import type { ReadingPlan } from '../library/library'
import { createThrottle } from '../throttle'
import { inOrder, keptOf, stateOf, type Running } from './plan'
import type { Plans } from './plans'
import type { ReadingPace } from './strain'

/** The model that is chosen: its file and its name for a person. */
export interface ChosenModel {
  readonly path: string
  readonly name: string
}

/** How all documents stand with the chosen model; who changes that tells the window. */
export interface Board {
  readonly model: ChosenModel | null
  /** The window is told of all documents anew where it is another. */
  choose(model: ChosenModel | null): void
  plan(document: DocumentId): ReadingPlan | undefined
  /** Those to be read in this run of the app, in their order. */
  waiting(): readonly ReadingPlan[]
  /** This run of the app may read it: an earlier one may have left others, which go on only where the person wants that. */
  admit(document: DocumentId): void
  /** The document that is open in the window. */
  open(document: DocumentId | null): void
  /** How fast is to be read now. */
  setPace(pace: ReadingPace): void
  readonly pace: ReadingPace
  /** What is read now, and how far; null for nothing. */
  run(document: DocumentId, running: Omit<Running, 'slowed'> | null): void
  /** Looks at what is on the disk. */
  refresh(): Promise<void>
  /** Stores how a plan is now, which holds from then on also where that rejects. Does nothing where there is none any more. */
  change(plan: PlanKey, difference: Partial<ReadingPlan>): Promise<void>
  readings(): readonly DocumentReading[]
  /** What has changed is published, soon. */
  tell(): void
  close(): void
}

/** What tells plans apart. */
export type PlanKey = Pick<ReadingPlan, 'document' | 'model'>

export interface BoardWorld {
  readonly plans: Plans
  /** Tokens on the disk of each reading, by its name. */
  readonly keptTokens: () => Promise<ReadonlyMap<string, number>>
  readonly publish: Publish
}

/** The window is told so often, milliseconds. */
const tellMilliseconds = 250

/** How a document stands that the chosen model never met. */
const unread = (document: DocumentId): DocumentReading =>
  ({ document, scope: { kind: 'whole' }, state: { kind: 'none' }, kept: { tokens: 0, tokensTotal: null, units: [] } })

export function createBoard({ plans, keptTokens: lookAtDisk, publish }: BoardWorld): Board {
  const admitted = new Set<DocumentId>()
  const told = new Map<DocumentId, string>()
  let kept: ReadonlyMap<string, number> = new Map()
  let model: ChosenModel | null = null
  let front: DocumentId | null = null
  let pace: ReadingPace = { kind: 'full' }
  let run: { readonly document: DocumentId; readonly running: Omit<Running, 'slowed'> } | null = null

  const ofModel = (): readonly ReadingPlan[] => plans.all.filter((plan) => plan.model === model?.path)
  const plan = (document: DocumentId): ReadingPlan | undefined => ofModel().find((each) => each.document === document)
  const waiting = (): readonly ReadingPlan[] => inOrder(ofModel().filter(({ document }) => admitted.has(document)), front)

  const readingOf = (each: ReadingPlan): DocumentReading => {
    const { document, scope, reading } = each
    const keptTokens = reading === null ? null : kept.get(reading) ?? null
    const running = run?.document === document ? { ...run.running, slowed: pace.kind === 'slow' ? pace.why : null } : null
    const place = waiting().findIndex((other) => other.document === document) + 1
    const situation = { keptTokens, running, place, strain: pace.kind === 'pause' ? pace.why : null }
    return { document, scope, state: stateOf(each, situation), kept: keptOf(each, situation) }
  }
  const changes = createThrottle<null>(tellMilliseconds, () => {
    const known = ofModel().map(readingOf)
    const unknown = [...told.keys()].filter((document) => !known.some((reading) => reading.document === document)).map(unread)
    const readings = [...known, ...unknown].filter((reading) => told.get(reading.document) !== JSON.stringify(reading))
    for (const reading of readings) told.set(reading.document, JSON.stringify(reading))
    if (readings.length > 0) publish('reading/changed', { readings })
  })
  const tell = (): void => changes.push(null)

  return {
    get model() {
      return model
    },
    choose(chosen) {
      if (chosen?.path !== model?.path) tell()
      model = chosen
    },
    plan,
    waiting,
    admit: (document) => void admitted.add(document),
    get pace() {
      return pace
    },
    setPace(next) {
      pace = next
      tell()
    },
    open: (document) => { front = document },
    run(document, running) {
      run = running && { document, running }
      tell()
    },
    async refresh() {
      kept = await lookAtDisk()
    },
    async change({ document, model: path }, difference) {
      const before = plans.of(document, path)
      try {
        if (before !== undefined) await plans.put({ ...before, ...difference })
      } finally {
        tell()
      }
    },
    readings: () => ofModel().map(readingOf),
    tell,
    close: () => changes.clear(),
  }
}
