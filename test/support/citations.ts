import type { Locator, Page } from '@playwright/test'

/** Of the first answer. Whether it is to be checked may depend on the processor, whose kernels round in their own way. */
export const firstCitation = (within: Page | Locator): Locator => within.getByRole('button', { name: /^Citation 1(?:, to be checked)?: Page/u }).first()
