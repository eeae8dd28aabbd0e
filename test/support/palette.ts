import type { Page } from '@playwright/test'

/** Runs a command by words of its name, with the keyboard alone. */
export async function runByName(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
}
