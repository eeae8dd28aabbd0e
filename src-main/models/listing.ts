import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelAdvice, ModelSummary } from '../contract/model'
import { catalogue, type CatalogueEntry } from './catalogue'
import type { Downloads } from './downloads'
import type { Licences } from './licences'
import { adviceFor, adviseAll, type Candidate, type ComputerFacts } from './recommend'
import type { OwnModel, Shelf } from './shelf'
import { candidateOf, summaryOfEntry, summaryOfOwn, type Presence } from './summary'

/** A model of the list, with what it was made from. */
export type Listed =
  | { readonly summary: ModelSummary; readonly entry: CatalogueEntry; readonly path: string | null }
  | { readonly summary: ModelSummary; readonly own: OwnModel; readonly path: string | null }

export interface Listing {
  all(): Promise<readonly Listed[]>
  /** By name or title; by family the one of it that is installed, else the one to take on this computer. Null where there is none. */
  named(name: string): Promise<Listed | null>
}

export interface ListingWorld {
  /** Folders that catalogue files are looked for in, first match wins; the own one among them. */
  readonly folders: readonly string[]
  readonly ownFolder: string
  readonly shelf: Shelf
  readonly downloads: Pick<Downloads, 'state'>
  readonly licences: Pick<Licences, 'isAccepted'>
  computer(): Promise<ComputerFacts>
}

const catalogueFiles: ReadonlySet<string> = new Set(catalogue.map(({ file }) => file))

export const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

const adviceForOwn = (model: OwnModel, computer: ComputerFacts): ModelAdvice => adviceFor({ ...model, presentBytes: model.bytes }, computer)

export function createListing(world: ListingWorld): Listing {
  /** Only a finished file has its name; where the size is known, it has to be that. */
  const find = async ({ file, bytes, bytesExact }: CatalogueEntry): Promise<{ readonly path: string; readonly bytes: number } | null> => {
    for (const folder of world.folders) {
      const path = join(folder, file)
      const found = await stat(path).catch(() => null)
      if (found?.isFile() && (found.size === bytes || (!bytesExact && found.size > 0))) return { path, bytes: found.size }
    }
    return null
  }
  const row = async (entry: CatalogueEntry): Promise<{ readonly entry: CatalogueEntry; readonly path: string | null; readonly presence: Presence }> => {
    const found = await find(entry)
    const ownPath = join(world.ownFolder, entry.file)
    const download = found === null ? await world.downloads.state({ name: entry.name, path: ownPath }) : null
    const licenceAccepted = entry.licenceToAccept === null || world.licences.isAccepted(entry.licenceToAccept)
    return { entry, path: found?.path ?? null, presence: { bytes: found?.bytes ?? null, own: found?.path === ownPath, download, licenceAccepted } }
  }
  const all = async (): Promise<readonly Listed[]> => {
    const [computer, rows, own] = await Promise.all([world.computer(), Promise.all(catalogue.map(row)), world.shelf.list(catalogueFiles)])
    const advice = adviseAll(rows.map(({ entry, presence }) => candidateOf(entry, presence)), computer)
    const adviceOf = (candidate: Candidate) => advice.get(candidate.name) ?? adviceFor(candidate, computer)
    return [
      ...rows.map(({ entry, path, presence }) => ({ entry, path, summary: summaryOfEntry(entry, presence, adviceOf(candidateOf(entry, presence))) })),
      ...own.map((model) => ({ own: model, path: model.bytes > 0 ? model.path : null, summary: summaryOfOwn(model, adviceForOwn(model, computer)) })),
    ]
  }
  return {
    all,
    async named(name) {
      const models = await all()
      const named = models.find(({ summary }) => same(summary.name, name) || same(summary.title, name))
      const family = models.filter(({ summary }) => same(summary.family, name))
      return named ?? family.find(({ summary }) => summary.installed) ?? family.find(({ summary }) => summary.recommended) ?? family[0] ?? null
    },
  }
}
