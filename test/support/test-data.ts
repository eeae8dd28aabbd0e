import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Path inside the test data that is shared between checkouts: `../shared/data`, or the folder in LONGLEAF_TEST_DATA. Throws where it is absent. */
export function testData(...parts: readonly string[]): string {
  const root = process.env['LONGLEAF_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
  const path = join(root, ...parts)
  if (!existsSync(path)) throw new Error(`The test data is absent: no ${path}. Put it beside the checkout as ../shared/data, or name its folder in LONGLEAF_TEST_DATA.`)
  return path
}
