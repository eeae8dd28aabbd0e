import { expect } from '@playwright/test'
import type { Settings } from '../../src-main/contract/settings'
import type { RunningApp } from './app'

/** Waits until main has these values, or objects with them: what a person changes in the window is written a moment later. */
export const expectSettings = ({ page }: RunningApp, wanted: { readonly [Key in keyof Settings]?: unknown }): Promise<void> =>
  expect.poll(() => page.evaluate(() => window.longleaf?.call('settings/read'))).toMatchObject({ value: wanted })

/** Past the window, which shows them from its next start on. */
export async function writeSettings({ page }: RunningApp, change: Partial<Settings>): Promise<void> {
  expect(await page.evaluate((settings) => window.longleaf?.call('settings/write', settings), change)).toMatchObject({ ok: true })
}
