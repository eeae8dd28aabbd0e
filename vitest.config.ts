import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/{engine,main,renderer,scripts,lint}/**/*.test.{ts,tsx}'],
    setupFiles: ['test/support/setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
