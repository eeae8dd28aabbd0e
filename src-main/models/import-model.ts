import { constants } from 'node:fs'
import { copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { FailureError } from '../contract/failure'
import type { EngineClient } from '../engine-host/client'
import { displayName } from '../import/file-name'

export interface ImportModelWorld {
  readonly ownFolder: string
  readonly engine: Pick<EngineClient, 'load'>
}

/** What was learnt of an imported model when it was loaded; kept beside it as `<file>.json`, version 1. */
const sidecarSchema = z.object({ version: z.literal(1), architecture: z.string(), context: z.number(), parameters: z.number() })

/** What an imported model is called. */
export const stem = (path: string): string => basename(path).replace(/\.gguf$/i, '')

/** Checks a GGUF by loading it, then copies it to the person's own models; returns its path there. Rejects as the engine does, or with `model-invalid`. */
export async function importModel(path: string, { ownFolder, engine }: ImportModelWorld): Promise<string> {
  const name = displayName(basename(path))
  await checkMagic(path, name)
  const facts = await engine.load(path)
  await mkdir(ownFolder, { recursive: true })
  const target = join(ownFolder, `${stem(name)}.gguf`)
  if ((await stat(target).catch(() => null)) !== null) throw new FailureError('invalid-request', `There is a model named “${stem(name)}” already. Rename the file to keep both.`)
  await copyDurably(path, target)
  const sidecar: z.infer<typeof sidecarSchema> = { version: 1, architecture: facts.architecture, context: facts.contextMax, parameters: facts.parameters }
  await writeFile(`${target}.json`, JSON.stringify(sidecar))
  return target
}

/** What is known of an imported model without loading it. */
export async function factsBeside(path: string): Promise<{ readonly architecture: string; readonly context: number }> {
  const sidecar = sidecarSchema.safeParse(await readFile(`${path}.json`, 'utf8').then(JSON.parse).catch(() => null))
  return sidecar.success ? sidecar.data : { architecture: 'unknown', context: 0 }
}

async function checkMagic(path: string, name: string): Promise<void> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new FailureError('not-found', `“${name}” cannot be read. Check its name and that you may open it.`, { document: name, cause })
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    if (bytesRead === 4 && buffer.toString('latin1') === 'GGUF') return
    throw new FailureError('model-invalid', `“${name}” is not a GGUF model: its first bytes are not those of one. Download the file again; a web page may have been saved in its place.`, { document: name })
  } finally {
    await handle.close()
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  const part = `${to}.part`
  try {
    await copyFile(from, part, constants.COPYFILE_FICLONE)
    const handle = await open(part, 'r+')
    await handle.sync().finally(() => handle.close())
    await rename(part, to)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
