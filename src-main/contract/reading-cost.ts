import type { ReadingCost } from './reading'

export const readingSeconds = (tokens: number, { secondsEach, secondsSquare }: ReadingCost): number => (secondsEach + secondsSquare * tokens) * tokens
