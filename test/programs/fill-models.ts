/**
 * Run as a program: copies a model file to a folder and downloads another into it, prints what came of both as JSON, and once the folder has more room
 * goes on with the download. `fill-models.ts FOLDER FILE URL BYTES SHA256 [COMMAND that makes room]`
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { failureOf } from '../../src-main/failures'
import { createCopies } from '../../src-main/models/copies'
import { download } from '../../src-main/models/download'

const [, , folder = '', file = '', url = '', bytes = '', sha256 = '', ...makeRoom] = process.argv

const sizeOf = (name: string): number => statSync(join(folder, name)).size
const filesThere = (): Readonly<Record<string, number>> => Object.fromEntries(readdirSync(folder).sort().map((name) => [name, sizeOf(name)]))
const outcome = async (work: Promise<void>): Promise<unknown> => {
  const failure = await work.then(() => null, (error: unknown) => failureOf(error, null))
  return { failure, files: filesThere() }
}
const get = (): Promise<void> => download(
  { title: 'Model', url: new URL(url), listUrl: null, file: 'model.gguf', bytes: Number(bytes), sha256 },
  join(folder, 'model.gguf'),
  { network: { proxyFor: () => Promise.resolve(null) }, freeBytes: () => Promise.resolve(null), wait: () => Promise.resolve(), check: () => Promise.resolve() },
  { onBytes: () => undefined, onWait: () => undefined, onCheck: () => undefined, signal: new AbortController().signal },
)

const copied = await outcome(createCopies(() => undefined).run('mine', [{ from: file, to: join(folder, 'mine.gguf') }], statSync(file).size))
const downloaded = await outcome(get())
const [program, ...words] = makeRoom
if (program !== undefined) execFileSync(program, words)
process.stdout.write(JSON.stringify({ copied, downloaded, again: program === undefined ? null : await outcome(get()) }))
