import { stat } from 'node:fs/promises'
import { FailureError, type Failure } from '../contract/failure'
import type { DocumentSummary } from '../contract/library'
import type { CommandWorld } from './command'
import { importPaths, isImported, noteImported } from './import'
import { findDocument } from './library'

/** What became of the files and ids of a command. */
export interface Named {
  readonly documents: readonly DocumentSummary[]
  readonly failures: readonly Failure[]
  readonly notices: readonly string[]
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null

/** Files that are there are imported where they are new; everything else is taken for an id. */
export async function documentsNamed(world: CommandWorld, names: readonly string[]): Promise<Named> {
  const documents: DocumentSummary[] = []
  const failures: Failure[] = []
  const notices: string[] = []
  for (const name of names) {
    if (!(await isFile(name))) {
      documents.push(await findDocument(world.services, name))
      continue
    }
    await importPaths(world, [name], (imported) => {
      if (!imported.item.known) noteImported(world, imported)
      notices.push(...(imported.document?.notices ?? []))
      if (isImported(imported) && imported.document !== null) documents.push(imported.document)
      else if (imported.item.failure !== null) failures.push({ ...imported.item.failure, document: imported.item.fileName })
    })
  }
  return { documents, failures, notices }
}

export const failureError = ({ kind, message, document }: Failure): FailureError => new FailureError(kind, message, document === undefined ? {} : { document })
