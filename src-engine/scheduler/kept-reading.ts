import type { FoundReading, Readings } from '../reading/folder'
import { ReadingDamagedError } from '../reading/damaged-error'
import type { HeldReading } from '../reading/shared-readings'
import { StorageError } from '../reading/storage'
import type { ChatPlace, ReadingPlace } from '../protocol'
import type { ChatSession, OpenModel, ReadHooks } from './model'
import type { KeptSummaries } from '../prefill/kept'
import { keptIn } from '../prefill/kept-form'
import type { HashHooks } from '../reading/model-hashes'
import { inForm, kvForms, type ReadingIdentity } from '../reading/identity'
import { summariesBeside } from './kept-summaries'
import { onDisk } from './on-disk'
import { syncWithTurns, type Turns } from './turns'

/** What was read before of the document that a chat begins with, or why that is of no use; neither where it was never read. */
export interface KeptReading {
  readonly held: HeldReading | null
  readonly setAside: string | null
  /** What sums up its beginning; null where there is no reading. */
  readonly summaries: KeptSummaries | null
  /** What follows it in this conversation; null where that is not to be kept. */
  readonly turns: Turns | null
}

/** Where the disk does not give it, that is why it is of no use. @throws what `identity` throws */
export async function findReading(model: OpenModel, open: () => Promise<Readings>, place: ChatPlace, hooks: HashHooks): Promise<KeptReading> {
  try {
    const readings = await onDisk(open)
    const found = await find(model, readings, place, hooks)
    const summaries = found.held && summariesBeside(readings, found.held, place.conversation?.room ?? null)
    return { ...found, summaries, turns: place.conversation ? { readings, place: place.conversation } : null }
  } catch (thrown) {
    if (thrown instanceof StorageError) return { held: null, setAside: thrown.message, summaries: null, turns: null }
    throw thrown
  }
}

async function find(model: OpenModel, readings: Readings, place: ReadingPlace, hooks: HashHooks): Promise<Pick<KeptReading, 'held' | 'setAside'>> {
  // The model need not be looked at where there is nothing of the document.
  if (!(await onDisk(() => readings.list())).some(({ identity }) => identity.document === place.document)) return { held: null, setAside: null }
  const found = await findInAnyForm(readings, await model.identity(place, hooks))
  return found.kind === 'found' ? { held: found.held, setAside: null } : { held: null, setAside: found.why }
}

/** In which form a text was kept when it was read does not matter; the fullest is taken. */
export async function findInAnyForm(readings: Readings, identity: ReadingIdentity): Promise<FoundReading> {
  let why: string | null = null
  for (const form of kvForms) {
    const found = await onDisk(() => readings.find(inForm(identity, form)))
    if (found.kind === 'found') return found
    why ??= found.why
  }
  return { kind: 'none', why }
}

type Synced = Awaited<ReturnType<ChatSession['sync']>> & { readonly setAside: string | null }

/** Brings a session to the tokens, from what was read before; what of it its disk does not give back is read again. @throws as `sync` */
export async function syncFrom(session: ChatSession, tokens: Int32Array, before: KeptReading, hooks: ReadHooks): Promise<Synced> {
  const { held, setAside, summaries, turns } = before
  if (held === null) return { ...(await session.sync(tokens, hooks)), setAside }
  try {
    const all = { ...hooks, kept: keptIn(held.reading, summaries ?? undefined) }
    const synced = turns === null ? session.sync(tokens, all) : syncWithTurns(session, tokens, held.reading, turns, all)
    return { ...(await synced), setAside }
  } catch (thrown) {
    // The reading is shorter now.
    if (thrown instanceof ReadingDamagedError) return syncFrom(session, tokens, { ...before, setAside: thrown.message }, hooks)
    if (!(thrown instanceof StorageError)) throw thrown
    return { ...(await session.sync(tokens, hooks)), setAside: thrown.message }
  }
}
