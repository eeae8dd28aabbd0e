import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Licence, LicenceId } from '../contract/model'
import type { Library } from '../library/library'

const known: Readonly<Record<LicenceId, { readonly title: string; readonly url: string }>> = {
  'glm-4': { title: 'The glm-4-9b License', url: 'https://huggingface.co/THUDM/glm-4-9b/blob/main/LICENSE' },
}

/** Licences that a person has to accept before a model is downloaded; what was accepted, and when, is kept in the library. */
export interface Licences {
  read(licence: LicenceId): Promise<Licence>
  accept(licence: LicenceId): Promise<void>
  isAccepted(licence: LicenceId): boolean
}

export interface LicencesWorld {
  readonly library: Pick<Library, 'readSettings' | 'writeSettings'>
  /** Where their texts lie, `<id>.md`. */
  readonly folder: string
  now(): Date
}

const settingKey = 'licences'
const storedSchema = z.record(z.string(), z.string())

export async function openLicences({ library, folder, now }: LicencesWorld): Promise<Licences> {
  const stored = storedSchema.safeParse((await library.readSettings())[settingKey])
  let accepted: Readonly<Record<string, string>> = stored.success ? stored.data : {}
  return {
    async read(id) {
      return { id, ...known[id], text: await readFile(join(folder, `${id}.md`), 'utf8'), accepted: accepted[id] ?? null }
    },
    async accept(id) {
      if (accepted[id] !== undefined) return
      const next = { ...accepted, [id]: now().toISOString() }
      await library.writeSettings({ [settingKey]: next })
      accepted = next
    },
    isAccepted: (id) => accepted[id] !== undefined,
  }
}
