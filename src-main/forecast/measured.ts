import { z } from 'zod'
import type { Library } from '../library/library'

/** What was measured on this computer, each value by a name; it holds until the computer changes. */
export interface Measured<T> {
  get(name: string): Promise<T | null>
  put(name: string, value: T): Promise<void>
}

export interface MeasuredWorld {
  readonly library: Pick<Library, 'readSettings' | 'writeSettings'>
  /** What the values depend on besides their names: a change of it asks for new measurements. */
  readonly computer: () => string
}

/** @param key where the values lie among what the library keeps for the app */
export function openMeasured<T>(key: string, value: z.ZodType<T>, { library, computer }: MeasuredWorld): Measured<T> {
  const kept = z.record(z.string(), z.strictObject({ computer: z.string(), value }))
  const read = async (): Promise<z.infer<typeof kept>> => kept.safeParse((await library.readSettings())[key]).data ?? {}
  return {
    async get(name) {
      const known = (await read())[name]
      return known?.computer === computer() ? known.value : null
    },
    async put(name, measured) {
      await library.writeSettings({ [key]: { ...await read(), [name]: { computer: computer(), value: measured } } })
    },
  }
}
