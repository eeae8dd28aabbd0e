import { readFile } from 'node:fs/promises'
import { FailureError } from '../contract/failure'
import type { ImportId, ImportItem } from '../contract/imports'
import type { DocumentSummary } from '../contract/library'
import { failureJson, type Command, type CommandWorld, type ExitCode } from './command'
import { importJson } from './json'
import { documentLine } from './lines'

/** A file and what became of it. */
export interface Imported {
  readonly item: ImportItem
  readonly document: DocumentSummary | null
}

/** Whether nothing more is to be done about it: it is in the library, with or without text. */
export const isImported = ({ item }: Imported): boolean => item.state === 'done'

/** The password in a file: its first line. */
async function readPassword(path: string | null): Promise<string | null> {
  if (path === null) return null
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FailureError('file-unreadable', `The password file “${path}” cannot be read.`, { cause })
  })
  return text.split(/\r?\n/, 1)[0] ?? ''
}

/** Imports files and folders and waits for all of them; Ctrl+C cancels those that are not done. `each` hears of every end, in order. */
export async function importPaths(world: CommandWorld, paths: readonly string[], each: (imported: Imported) => void): Promise<readonly Imported[]> {
  const { imports, library } = world.services
  const password = await readPassword(world.options.passwordFile)
  const stop = imports.onChange((item) => {
    if (item.state === 'importing') world.out.progress(item.fileName, item.unitsDone, item.unitsTotal)
  })
  const results: Imported[] = []
  const cancel = (ids: readonly ImportId[]) => (): void => ids.forEach((id) => void imports.cancel(id).catch(() => undefined))
  try {
    const ids = await imports.start(paths.map((path) => ({ kind: 'path', path })))
    const onAbort = cancel(ids)
    world.signal.addEventListener('abort', onAbort, { once: true })
    if (world.signal.aborted) onAbort()
    for (const id of ids) {
      let item = await imports.settled(id)
      if (item.state === 'needs-password' && password !== null && !world.signal.aborted) {
        await imports.password(id, password)
        item = await imports.settled(id)
      }
      world.out.endProgress()
      const imported = { item, document: item.document === null ? null : await library.find(item.document) }
      results.push(imported)
      each(imported)
      // The command has said what became of the file; only a password can still be given in the window.
      if (item.state !== 'needs-password') await imports.dismiss(id)
    }
    return results
  } finally {
    stop()
  }
}

/** What a person should know about a file that was read, on standard error. */
export function noteImported({ out }: CommandWorld, { item, document }: Imported): void {
  if (item.known && item.state === 'done') out.note(`“${item.fileName}” is in the library already.`)
  for (const notice of document?.notices ?? []) out.note(notice)
  const problems = document?.problems ?? []
  if (document?.state === 'ready' && problems.length > 0) {
    const pages = problems.slice(0, 20).map(({ unit }) => unit + 1)
    out.note(`“${item.fileName}”: no usable text on ${problems.length === 1 ? 'page' : 'pages'} ${pages.join(', ')}${problems.length > pages.length ? ' and others' : ''}.`)
  }
  const failure = item.failure ?? document?.failure ?? null
  if (failure !== null) out.failure(failure)
  else if (item.state === 'cancelled') out.note(`“${item.fileName}” was not added: stopped before it was read.`)
}

export const importCommand: Command = async (world, paths): Promise<ExitCode> => {
  const results = await importPaths(world, paths, (imported) => {
    if (imported.document !== null) world.out.line(documentLine(imported.document))
    noteImported(world, imported)
  })
  const failed = results.find((imported) => !isImported(imported) && imported.item.failure !== null)
  world.out.data({
    documents: results.map(({ item, document }) => importJson(item, document)),
    ...(failed?.item.failure ? failureJson({ ...failed.item.failure, document: failed.item.failure.document ?? failed.item.fileName }) : {}),
  })
  if (world.signal.aborted) return 130
  return results.every(isImported) ? 0 : 1
}
