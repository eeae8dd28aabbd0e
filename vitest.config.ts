import { configDefaults, defineConfig } from 'vitest/config'

/** On a software Vulkan driver: only when asked for, as the driver's memory is not safe there (ARCHITECTURE.md). */
const onGraphics = ['test/engine/graphics.test.ts', 'test/main/engine-host/graphics.test.ts']

export default defineConfig({
  test: {
    include: ['test/{engine,main,renderer,scripts,lint}/**/*.test.{ts,tsx}'],
    exclude: [...configDefaults.exclude, ...(process.env['LONGLEAF_TEST_GRAPHICS'] === '1' ? [] : onGraphics)],
    setupFiles: ['test/support/setup.ts'],
    testTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
