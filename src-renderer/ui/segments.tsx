import type { ReactNode } from 'react'
import { Radio, RadioGroup } from 'react-aria-components'
import './segments.css'

interface SegmentsProps<Value extends string> {
  readonly label: string
  readonly values: readonly Value[]
  readonly value: Value
  readonly nameOf: (value: Value) => string
  readonly onChange: (value: Value) => void
}

/** One of a few short choices, side by side. */
export function Segments<Value extends string>({ label, values, value, nameOf, onChange }: SegmentsProps<Value>): ReactNode {
  const choose = (chosen: string): void => {
    const known = values.find((each) => each === chosen)
    if (known !== undefined) onChange(known)
  }
  return (
    <RadioGroup className="segments" aria-label={label} orientation="horizontal" value={value} onChange={choose}>
      {values.map((each) => <Radio key={each} value={each} className="segment">{nameOf(each)}</Radio>)}
    </RadioGroup>
  )
}
