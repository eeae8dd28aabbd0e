import { createInstance } from 'i18next'
import { en } from './en'

type Leaves<T, Prefix extends string = ''> = { [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Leaves<T[K], `${Prefix}${K}.`> }[keyof T & string]
type WithoutPlural<K extends string> = K extends `${infer Base}_${'one' | 'other'}` ? Base : K

/** Names of sentences; a plural is named without its `_one` or `_other`. */
export type WordKey = WithoutPlural<Leaves<typeof en>>

const words = createInstance({ lng: 'en', fallbackLng: 'en', initAsync: false, resources: { en: { translation: en } }, interpolation: { escapeValue: false } })
void words.init()

/** The sentence of a name, with its values put in. `count` picks the plural. */
export const t = (key: WordKey, values: Readonly<Record<string, string | number>> = {}): string => String(words.t(key, values))
