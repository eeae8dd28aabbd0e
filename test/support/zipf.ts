/** A repeatable stream of numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const common = 'the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so said what up its about than into them can only other new some could time these two may then do first any my now such like our over man me even most made after also did many before must through years where much your way well down should because each just those people how too little state good very make world still own see men work long get here between both life being under never day same another know while last might us great old year off come since against go came right used take three'.split(' ')
const onsets = ['b', 'br', 'c', 'ch', 'd', 'dr', 'f', 'fl', 'g', 'gr', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'pl', 'qu', 'r', 's', 'st', 't', 'tr', 'v', 'w']
const rimes = ['a', 'an', 'ar', 'e', 'el', 'en', 'er', 'i', 'in', 'ing', 'is', 'o', 'on', 'or', 'ou', 'u', 'ul', 'um', 'y']

/** The n-th most frequent word of a made-up English. */
export function zipfWord(rank: number): string {
  const known = common[rank]
  if (known !== undefined) return known
  let word = ''
  for (let rest = rank; rest > 0 || word === ''; rest = Math.floor(rest / (onsets.length * rimes.length))) {
    word += (onsets[rest % onsets.length] ?? '') + (rimes[Math.floor(rest / onsets.length) % rimes.length] ?? '')
  }
  return `${word}${'aeiou'.charAt(rank % 5)}`
}

/** The n-th most frequent character of a made-up Chinese. */
export const zipfCharacter = (rank: number): string => String.fromCodePoint(0x4e00 + ((rank * 7919) % 6000))

/** Draws ranks 0 … size - 1 with frequencies as 1 / (rank + 2.7), as in running text (Zipf and Mandelbrot). */
export function zipfRanks(size: number, random: () => number): () => number {
  const sums = new Float64Array(size)
  let sum = 0
  for (let rank = 0; rank < size; rank += 1) sums[rank] = sum += 1 / (rank + 2.7)
  return () => {
    const wanted = random() * sum
    let low = 0
    let high = size - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Sentences of drawn words up to a length in characters. */
export function zipfText(draw: () => string, blank: string, stop: string, characters: number): string {
  const sentences: string[] = []
  let length = 0
  while (length < characters) {
    const words: string[] = []
    const count = blank === '' ? 24 : 16
    for (let index = 0; index < count; index += 1) words.push(draw())
    const sentence = words.join(blank) + stop
    sentences.push(sentence)
    length += sentence.length + 1
  }
  return sentences.join(blank === '' ? '' : ' ')
}
