import { describe, expect, it } from 'vitest'
import { countLine, playwrightCounts, sumCounts, vitestCounts } from '../../scripts/run/counts.mjs'
import { figureIn, table } from '../../scripts/run/figures.mjs'

const passedFile = { status: 'passed', assertionResults: [{}] }

describe('the counts of a run', () => {
  it('are those of the report', () => {
    const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [passedFile] }
    expect(vitestCounts(report, 0)).toEqual({ passed: 7, failed: 0, skipped: 2 })
  })

  it('count a file that could not be loaded as failed', () => {
    const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, testResults: [passedFile, { status: 'failed', assertionResults: [] }] }
    expect(vitestCounts(report, 1)).toEqual({ passed: 7, failed: 1, skipped: 0 })
  })

  it('count a run that failed beside its tests as failed', () => {
    const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, testResults: [passedFile] }
    expect(vitestCounts(report, 1).failed).toBe(1)
    expect(playwrightCounts({ stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 0 }, errors: [] }, 1).failed).toBe(1)
  })

  it('count a runner that left no report as failed', () => {
    expect(vitestCounts(undefined, 0).failed).toBe(1)
    expect(playwrightCounts(undefined, 0).failed).toBe(1)
  })

  it('do not hide a test that passed only when repeated', () => {
    expect(playwrightCounts({ stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] }, 1)).toEqual({ passed: 3, failed: 3, skipped: 2 })
  })

  it('add up to one line', () => {
    const total = sumCounts([
      { passed: 7, failed: 0, skipped: 1 },
      { passed: 3, failed: 2, skipped: 0 },
    ])
    expect(countLine(total)).toBe('10 passed, 2 failed, 1 skipped')
  })
})

describe('figures', () => {
  it('are read from lines of JSON and nothing else', () => {
    expect(figureIn('{"name":"search p95","unit":"ms","median":1.5,"min":1,"max":3,"runs":9}')).toMatchObject({ name: 'search p95', median: 1.5 })
    expect(figureIn('building 10,000 documents')).toBeUndefined()
    expect(figureIn('{"name":"x"}')).toBeUndefined()
    expect(figureIn('{broken')).toBeUndefined()
  })

  it('stand in one table', () => {
    const figures = [
      { name: 'prefill 512', unit: 'tok/s', median: 374.123, min: 370, max: 380.5, runs: 5 },
      { name: 'search', unit: 'ms', median: 3, min: 2, max: 12.34567, runs: 100 },
    ]
    expect(table(figures).split('\n')).toEqual([
      'figure       median  min    max  unit   runs',
      'prefill 512   374.1  370  380.5  tok/s     5',
      'search            3    2  12.35  ms      100',
      '',
    ])
  })
})
