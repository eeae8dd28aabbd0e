import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import './splitter.css'

interface SplitterProps {
  readonly label: string
  /** Width in pixels of the pane that it resizes. */
  readonly width: number
  /** 1 where the pane lies before the splitter, -1 where it lies after. */
  readonly side: 1 | -1
  readonly onChange: (width: number) => void
}

const stepPixels = 16

/** Drag it, or focus it and use the arrows. */
export function Splitter({ label, width, side, onChange }: SplitterProps): ReactNode {
  const from = useRef<{ readonly x: number; readonly width: number } | null>(null)
  const move = (event: PointerEvent): void => {
    if (from.current !== null) onChange(from.current.width + (event.clientX - from.current.x) * side)
  }
  const press = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? stepPixels : event.key === 'ArrowLeft' ? -stepPixels : 0
    if (by === 0) return
    event.preventDefault()
    onChange(width + by * side)
  }
  return (
    <div
      className="splitter" role="separator" aria-orientation="vertical" aria-label={label} aria-valuenow={Math.round(width)} aria-valuemin={0} aria-valuemax={2000} tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        from.current = { x: event.clientX, width }
      }}
      onPointerMove={move}
      onPointerUp={() => (from.current = null)}
      onPointerCancel={() => (from.current = null)}
      onKeyDown={press}
    />
  )
}
