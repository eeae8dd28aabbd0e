import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: process.env['LONGLEAF_TEST_RESULTS'] === undefined ? 'test-results' : `${process.env['LONGLEAF_TEST_RESULTS']}/artifacts`,
  // One app at a time: each takes both cores, and what is measured must not depend on a neighbour.
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: [['list'], ...(process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] === undefined ? [] : [['json'] as const])],
})
