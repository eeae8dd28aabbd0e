import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bookText } from '../support/book-text'
import { printFigure } from '../support/figure'
import { hasTestModel, testModelPath } from '../support/test-model'

/** Tokens of a real book. */
const lengths = [2_000, 8_000, 30_000] as const
const megabyte = 2 ** 20

interface Outcome {
  readonly tokens: number
  readonly forecast: { readonly seconds: number; readonly bytes: number }
  readonly outcome: { readonly seconds: number; readonly bytes: number }
}

if (!hasTestModel) throw new Error('Qwen2.5-Coder-0.5B could not be fetched, and the forecast is measured with it.')
const folder = mkdtempSync(join(tmpdir(), 'longleaf-forecast-'))
try {
  const text = join(folder, 'book.txt')
  writeFileSync(text, await bookText('r'))
  for (const length of lengths) {
    const program = execFileSync(process.execPath, ['--import', 'tsx', 'test/programs/forecast-reading.ts', testModelPath, text, String(length)], { encoding: 'utf8' })
    const { tokens, forecast, outcome } = JSON.parse(program) as Outcome
    const name = `Qwen2.5-Coder-0.5B, ${tokens} tokens`
    printFigure(`${name}: time forecast`, 's', [forecast.seconds])
    printFigure(`${name}: time taken`, 's', [outcome.seconds])
    printFigure(`${name}: time, forecast to taken`, 'x', [forecast.seconds / outcome.seconds])
    printFigure(`${name}: memory forecast`, 'MB', [forecast.bytes / megabyte])
    printFigure(`${name}: memory taken`, 'MB', [outcome.bytes / megabyte])
    printFigure(`${name}: memory, forecast to taken`, 'x', [forecast.bytes / outcome.bytes])
  }
} finally {
  rmSync(folder, { recursive: true })
}
