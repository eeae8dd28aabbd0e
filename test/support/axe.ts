import { expect, type Page } from '@playwright/test'
import axe from 'axe-core'

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

/** What keeps people out of the page once it has come to rest, each with the first element that does. */
export async function seriousViolations(page: Page): Promise<readonly string[]> {
  await comeToRest(page)
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const inPage = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
    const { violations } = await inPage.axe.run()
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
  })
}

/** Waits for what fades in or moves: half there, a text has less contrast than it is shown with. Bars that grow with work never rest. */
async function comeToRest(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.getAnimations()
    .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity)
    .filter((animation) => !(animation instanceof CSSTransition && animation.transitionProperty === 'width')).length)).toBe(0)
}
