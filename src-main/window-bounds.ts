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
const schema = z.object({ rectangle: z.object({ x: whole, y: whole, width: whole.min(100), height: whole.min(100) }).nullable(), maximised: z.boolean() })

export const smallest = { width: 480, height: 400 } as const
const preferred = { width: 1440, height: 920 } as const

/** At least so much of the window's top must be on a screen for it to be caught with the pointer. Pixels. */
const catchable = 80

/** Where the window goes: where it was, unless that screen is gone or has shrunk; else centred on the first (null: let the system centre). */
export function placeWindow(stored: unknown, workAreas: readonly Rectangle[]): { readonly rectangle: Partial<Rectangle> & { readonly width: number; readonly height: number }; readonly maximised: boolean } {
  const parsed = schema.safeParse(stored)
  const area = workAreas[0]
  const centred = { width: Math.min(preferred.width, area?.width ?? preferred.width), height: Math.min(preferred.height, area?.height ?? preferred.height) }
  if (!parsed.success || parsed.data.rectangle === null) return { rectangle: centred, maximised: parsed.success && parsed.data.maximised }
  const { rectangle, maximised } = parsed.data
  const visible = workAreas.some((screen) => {
    const across = Math.min(rectangle.x + rectangle.width, screen.x + screen.width) - Math.max(rectangle.x, screen.x)
    return across >= catchable && rectangle.y >= screen.y && rectangle.y + catchable <= screen.y + screen.height
  })
  return { rectangle: visible ? { ...rectangle, width: Math.max(smallest.width, rectangle.width), height: Math.max(smallest.height, rectangle.height) } : centred, maximised }
}
