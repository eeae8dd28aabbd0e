import { seededRandom } from './seeded-random'

/** Any tokens of a model, always the same for a length and a seed. */
export function randomTokens({ shape: { vocabulary } }: { readonly shape: { readonly vocabulary: number } }, length: number, seed = length): number[] {
  const random = seededRandom(seed)
  return Array.from({ length }, () => Math.floor(random() * vocabulary))
}
