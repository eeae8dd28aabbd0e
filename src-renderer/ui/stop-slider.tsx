import { useEffect, useState, type ReactNode } from 'react'
import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components'
import './stop-slider.css'

interface StopSliderProps {
  readonly label: string
  /** In ascending order, at least one. */
  readonly stops: readonly number[]
  readonly value: number
  readonly textOf: (value: number) => string
  /** Told when the slider is let go. */
  readonly onChange: (value: number) => void
}

/** A slider with named stops that need not lie at equal distances. */
export function StopSlider({ label, stops, value, textOf, onChange }: StopSliderProps): ReactNode {
  const [moved, setMoved] = useState<number | null>(null)
  const at = moved ?? nearestStop(stops, value)
  const letGo = (index: number): void => {
    setMoved(null)
    onChange(stops[index] ?? value)
  }
  const text = textOf(stops[at] ?? value)
  return (
    <Slider className="slider" value={at} minValue={0} maxValue={Math.max(1, stops.length - 1)} step={1} onChange={setMoved}>
      <Label>{label}</Label>
      <SliderOutput className="slider-value tabular">{text}</SliderOutput>
      <SliderTrack className="slider-track">
        {({ state }) => (
          <>
            <span className="slider-done" style={{ width: `${state.getThumbPercent(0) * 100}%` }} />
            <SliderThumb className="slider-thumb" aria-valuetext={text} />
            <WhenLetGo at={moved} isDragged={state.isThumbDragging(0)} tell={letGo} />
          </>
        )}
      </SliderTrack>
    </Slider>
  )
}

interface WhenLetGoProps {
  /** Where it was moved to; null where it was not. */
  readonly at: number | null
  readonly isDragged: boolean
  readonly tell: (at: number) => void
}

/** Assistive technology moves a slider without dragging it, and then react-aria tells of no end. */
function WhenLetGo({ at, isDragged, tell }: WhenLetGoProps): ReactNode {
  useEffect(() => {
    if (at !== null && !isDragged) tell(at)
  })
  return null
}

/** Index of the stop that is nearest by ratio, as sizes are felt. */
export function nearestStop(stops: readonly number[], value: number): number {
  const distance = (stop: number): number => Math.abs(Math.log(Math.max(1, stop)) - Math.log(Math.max(1, value)))
  return stops.reduce((best, stop, index) => (distance(stop) < distance(stops[best] ?? 0) ? index : best), 0)
}
