import { fileURLToPath } from 'node:url'

/** Path inside the small documents made after public bug reports, with their right results (see the README there). */
export const testData = (...parts: readonly string[]): string => fileURLToPath(new URL(['../fixtures', ...parts].join('/'), import.meta.url))
