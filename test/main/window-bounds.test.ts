import { describe, expect, it } from 'vitest'
import { placeWindow, smallest } from '../../src-main/window-bounds'

const screen = { x: 0, y: 0, width: 1920, height: 1040 }
const second = { x: 1920, y: 0, width: 1280, height: 1024 }
const stored = (rectangle: object | null, maximised = false) => ({ rectangle, maximised })

describe('the place of the window', () => {
  it('is where it was', () => {
    expect(placeWindow(stored({ x: 10, y: 20, width: 900, height: 700 }), [screen]).rectangle).toEqual({ x: 10, y: 20, width: 900, height: 700 })
    const onSecond = { x: 2000, y: 20, width: 900, height: 700 }
    expect(placeWindow(stored(onSecond, true), [screen, second])).toEqual({ rectangle: onSecond, maximised: true })
  })

  it('is the middle of the first screen where it would be out of reach', () => {
    for (const [x, y] of [[2000, 20], [10, -200], [-880, 0], [10, 1000]]) {
      expect(placeWindow(stored({ x, y, width: 900, height: 700 }), [screen]).rectangle).toEqual({ width: 1440, height: 920 })
    }
  })

  it('fits a small screen, and is never smaller than what can be used', () => {
    expect(placeWindow(null, [{ x: 0, y: 0, width: 1024, height: 700 }]).rectangle).toEqual({ width: 1024, height: 700 })
    expect(placeWindow(stored({ x: 0, y: 0, width: 120, height: 120 }), [screen]).rectangle).toMatchObject(smallest)
  })

  it('does not believe what was stored by somebody else', () => {
    for (const wrong of [undefined, 'x', { rectangle: { x: 'a' } }, stored({ x: 1e9, y: 0, width: 900, height: 700 }), stored({ x: 0.5, y: 0, width: 900, height: 700 })]) {
      expect(placeWindow(wrong, [screen])).toEqual({ rectangle: { width: 1440, height: 920 }, maximised: false })
    }
  })
})
