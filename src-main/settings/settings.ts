import { z } from 'zod'
import { defaultSettings, placesMax, type Settings } from '../contract/settings'
import type { Library } from '../library/library'

const width = z.number().int().min(120).max(2000)
const readingWay = z.enum(['slowly', 'pause', 'as-usual'])

/** One schema a key, so that one spoiled value costs that value alone. */
const shape = {
  places: z.array(z.strictObject({ document: z.string().min(1).max(200), unit: z.number().int().min(0) })).max(placesMax).readonly(),
  theme: z.enum(['system', 'light', 'dark']),
  dimPages: z.boolean(),
  libraryWidth: width,
  conversationWidth: width,
  libraryOpen: z.boolean(),
  conversationOpen: z.boolean(),
  model: z.string().min(1).max(4096),
  device: z.string().regex(/^\w{1,64}$/),
  deviceTrouble: z.string().max(2_000).nullable(),
  mirror: z.string().max(2_000),
  goOnReading: z.boolean(),
  readOnBattery: readingWay,
  readUnderStrain: readingWay,
  memoryBytes: z.number().int().min(256e6).max(Number.MAX_SAFE_INTEGER).nullable(),
  selectedTokens: z.number().int().min(1_024).max(Number.MAX_SAFE_INTEGER).nullable(),
  readingQuotaBytes: z.number().int().min(1e9).max(Number.MAX_SAFE_INTEGER),
  halfReadings: z.boolean(),
} satisfies { readonly [Key in keyof Settings]: z.ZodType<Settings[Key]> }

export const settingsChange = z.strictObject({
  places: z.exactOptional(shape.places),
  theme: z.exactOptional(shape.theme),
  dimPages: z.exactOptional(shape.dimPages),
  libraryWidth: z.exactOptional(shape.libraryWidth),
  conversationWidth: z.exactOptional(shape.conversationWidth),
  libraryOpen: z.exactOptional(shape.libraryOpen),
  conversationOpen: z.exactOptional(shape.conversationOpen),
  model: z.exactOptional(shape.model),
  device: z.exactOptional(shape.device),
  mirror: z.exactOptional(shape.mirror),
  goOnReading: z.exactOptional(shape.goOnReading),
  readOnBattery: z.exactOptional(shape.readOnBattery),
  readUnderStrain: z.exactOptional(shape.readUnderStrain),
  memoryBytes: z.exactOptional(shape.memoryBytes),
  selectedTokens: z.exactOptional(shape.selectedTokens),
  readingQuotaBytes: z.exactOptional(shape.readingQuotaBytes),
  halfReadings: z.exactOptional(shape.halfReadings),
})

/** Stored settings over the defaults; what is missing or no longer valid takes its default. */
export function readSettings(stored: Readonly<Record<string, unknown>>): Settings {
  const valid = Object.entries(shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(stored[key])
    return parsed.success ? [[key, parsed.data] as const] : []
  })
  return { ...defaultSettings, ...Object.fromEntries(valid) }
}

export interface SettingsStore {
  read(): Settings
  write(change: Partial<Settings>): Promise<Settings>
}

/** Settings in memory over the library's table; `changed` is told after each write what there is now and what of it was written. */
export async function openSettings(library: Pick<Library, 'readSettings' | 'writeSettings'>, changed: (settings: Settings, change: Partial<Settings>) => void): Promise<SettingsStore> {
  let current = readSettings(await library.readSettings())
  return {
    read: () => current,
    async write(wanted) {
      // Who chooses a device wants it tried, whatever happened to it before.
      const change = wanted.device === undefined ? wanted : { deviceTrouble: null, ...wanted }
      await library.writeSettings({ ...change })
      current = { ...current, ...change }
      changed(current, change)
      return current
    },
  }
}
