/** What is measured of contestants. */
import { timed } from '../../support/figure'
import { compare, type Contestant } from './contestant'

const stepsEach = 48
const besides = 1024

/** Whether LONGLEAF_BENCH_ROWS wants a row: it is not set, or one of its words is in the name. */
export function isChosen(row: string): boolean {
  return process.env['LONGLEAF_BENCH_ROWS']?.split(',').some((word) => row.includes(word)) ?? true
}

/** Plain text, or what a vocabulary without words makes of it, as often as it takes. */
export function textOf(tokens: readonly number[], vocabulary: number): readonly number[] {
  return Array.from({ length: 8192 }, (_, i) => tokens[i] ?? (i * 7919) % vocabulary)
}

/** A text that is read. */
export async function prefill(name: string, contestants: readonly Contestant[], tokens: readonly number[]): Promise<void> {
  for (const each of contestants) await each.room(tokens.length + besides)
  // The first run of each pays for memory that the others find there.
  for (const each of contestants) await each.read(tokens.slice(0, 512))
  await compare(name, tokens.length, contestants, (who) => {
    who.rewind(0)
    return timed(() => who.read(tokens))
  })
}

/** Single tokens after others. */
export async function decode(name: string, contestants: readonly Contestant[], tokens: readonly number[], depth: number): Promise<void> {
  await fillAll(contestants, Math.max(depth, 16))
  await compare(name, stepsEach, contestants, async (who) => {
    who.rewind(Math.max(depth, 16))
    await who.step(tokens[0] ?? 0)
    return timed(async () => {
      for (let i = 0; i < stepsEach; i++) await who.step(tokens[i] ?? 0)
    })
  })
}

/** A text that is read after a longer one. */
export async function latePrefill(name: string, contestants: readonly Contestant[], tokens: readonly number[], depth: number): Promise<void> {
  await fillAll(contestants, depth - 512)
  await compare(name, 512, contestants, (who) => {
    who.rewind(depth - 512)
    return timed(() => who.read(tokens.slice(0, 512)))
  })
}

/** Full caches, without the hours that reading takes. */
async function fillAll(contestants: readonly Contestant[], depth: number): Promise<void> {
  for (const each of contestants) {
    await each.room(depth + besides)
    each.fill(depth)
  }
}
