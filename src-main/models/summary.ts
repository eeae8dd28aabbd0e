import type { DownloadState, ModelAdvice, ModelSummary } from '../contract/model'
import type { CatalogueEntry } from './catalogue'
import { kvBytesPerToken, memoryFor, statedTokens } from './memory'
import type { Candidate } from './recommend'
import type { OwnModel } from './shelf'

/** Where a file of the catalogue stands on this computer. */
export interface Presence {
  /** Null while it is not installed. */
  readonly bytes: number | null
  /** Whether it lies in Longleaf's own folder. */
  readonly own: boolean
  readonly download: DownloadState | null
  readonly licenceAccepted: boolean
}

const isRecommended = (advice: ModelAdvice): boolean => advice.kind === 'fits' && advice.why !== null

export const candidateOf = (entry: CatalogueEntry, { bytes, download }: Pick<Presence, 'bytes' | 'download'>): Candidate => ({
  name: entry.name, rank: entry.rank, bytes: bytes ?? entry.bytes, context: entry.context, kvBytesPerToken: kvBytesPerToken(entry.shape),
  presentBytes: bytes ?? download?.doneBytes ?? 0,
})

export function summaryOfEntry(entry: CatalogueEntry, presence: Presence, advice: ModelAdvice): ModelSummary {
  const { name, title, family, architecture, quantisation, context, madeBy, packagedBy, licence, starter } = entry
  const installed = presence.bytes !== null
  const bytes = presence.bytes ?? entry.bytes
  const tokens = statedTokens(context)
  const memory = { bytes, context, kvBytesPerToken: kvBytesPerToken(entry.shape) }
  return {
    name, title, family, architecture, quantisation, bytes, bytesExact: installed || entry.bytesExact, context, madeBy, packagedBy, licence, starter, advice,
    kvBytesPerToken: memory.kvBytesPerToken, memoryBytes: memoryFor(memory, tokens), memoryTokens: tokens,
    licenceToAccept: presence.licenceAccepted ? null : entry.licenceToAccept,
    origin: 'catalogue', installed, removable: installed && presence.own, recommended: isRecommended(advice), download: presence.download,
  }
}

export function summaryOfOwn(model: OwnModel, advice: ModelAdvice): ModelSummary {
  const { name, architecture, quantisation, bytes, context } = model
  const tokens = statedTokens(context)
  return {
    name, title: name, family: name, architecture, quantisation, bytes, bytesExact: true, context,
    kvBytesPerToken: model.kvBytesPerToken === 0 ? null : model.kvBytesPerToken, memoryBytes: memoryFor(model, tokens), memoryTokens: tokens,
    madeBy: null, packagedBy: null, licence: 'unknown', licenceToAccept: null, origin: model.mode === 'copy' ? 'copied' : 'in-place',
    installed: bytes > 0, removable: true, recommended: false, advice, starter: false, download: null,
  }
}
