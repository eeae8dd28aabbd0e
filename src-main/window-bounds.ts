import { z } from 'zod'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface WindowBounds {
  readonly rectangle: Rectangle | null
  readonly maximised: boolean
}

const whole = z.number().int().min(-100_000).max(100_000)
const rectangle = z.object({ x: whole, y: whole, width: whole.min(100), height: whole.min(100) })
const schema = z.object({ rectangle: rectangle.nullable(), maximised: z.boolean() })

/** Where a window goes; without x and y the system puts it in the middle. */
export interface WindowPlace {
  readonly rectangle: Partial<Rectangle> & Pick<Rectangle, 'width' | 'height'>
  readonly maximised: boolean
}

export const smallest = { width: 480, height: 400 } as const
const preferred = { width: 1440, height: 920 } as const

/** At least so much of the window's top must be on a screen for it to be caught with the pointer. Pixels. */
const catchable = 80

/** Where it was, unless that screen is gone or has shrunk; then in the middle of the first one. */
export function placeWindow(stored: unknown, workAreas: readonly Rectangle[]): WindowPlace {
  const parsed = schema.safeParse(stored)
  const area = workAreas[0] ?? { ...preferred, x: 0, y: 0 }
  const centred = { width: Math.min(preferred.width, area.width), height: Math.min(preferred.height, area.height) }
  const maximised = parsed.success && parsed.data.maximised
  const before = parsed.success ? parsed.data.rectangle : null
  if (before === null || !workAreas.some((screen) => canCatch(before, screen))) return { rectangle: centred, maximised }
  return { rectangle: { ...before, width: Math.max(smallest.width, before.width), height: Math.max(smallest.height, before.height) }, maximised }
}

function canCatch(window: Rectangle, screen: Rectangle): boolean {
  const across = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x)
  return across >= catchable && window.y >= screen.y && window.y + catchable <= screen.y + screen.height
}
