import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../../../src-main/contract/settings'
import { firstLayout, isDark, layoutMode, paneAfter, paneWidths, reduceLayout, visiblePanes, type LayoutState } from '../../../src-renderer/state/layout'

const at = (windowWidth: number, change: Partial<LayoutState['settings']> = {}): LayoutState => ({ ...firstLayout, windowWidth, settings: { ...defaultSettings, ...change } })

describe('the layout', () => {
  it('has three panes, then a drawer, then tabs', () => {
    expect([1280, 1000, 999, 760, 759, 320].map(layoutMode)).toEqual(['wide', 'wide', 'drawer', 'drawer', 'tabs', 'tabs'])
  })

  it('leaves the reader its least width whatever a person dragged', () => {
    for (const width of [760, 900, 1000, 1280, 2560]) {
      const state = at(width, { libraryWidth: 1900, conversationWidth: 1900 })
      const { library, conversation } = paneWidths(state)
      const beside = layoutMode(width) === 'wide' ? library : 0
      expect(width - beside - conversation).toBeGreaterThanOrEqual(320)
    }
  })

  it('shows the panes that are open', () => {
    expect(visiblePanes(at(1280))).toEqual(['library', 'reader', 'conversation'])
    expect(visiblePanes(at(1280, { libraryOpen: false, conversationOpen: false }))).toEqual(['reader'])
    expect(visiblePanes(at(900))).toEqual(['reader', 'conversation'])
    expect(visiblePanes({ ...at(900), drawerOpen: true })).toEqual(['library', 'reader', 'conversation'])
    expect(visiblePanes({ ...at(500), tab: 'conversation' })).toEqual(['conversation'])
  })

  it('moves from pane to pane and round', () => {
    const panes = ['library', 'reader', 'conversation'] as const
    expect([paneAfter(panes, 'reader', 1), paneAfter(panes, 'conversation', 1), paneAfter(panes, 'library', -1), paneAfter(panes, null, 1), paneAfter([], null, 1)])
      .toEqual(['conversation', 'library', 'conversation', 'library', null])
  })

  it('closes the drawer where the window grows wide', () => {
    const open = reduceLayout(at(900), { kind: 'drawer-set', open: true })
    expect(reduceLayout(open, { kind: 'window-resized', width: 1200 }).drawerOpen).toBe(false)
    expect(reduceLayout(open, { kind: 'window-resized', width: 800 }).drawerOpen).toBe(true)
  })

  it('follows the system unless a person chose', () => {
    expect([isDark({ ...at(1000), systemDark: true }), isDark({ ...at(1000, { theme: 'light' }), systemDark: true }), isDark(at(1000, { theme: 'dark' }))]).toEqual([true, false, true])
  })
})
