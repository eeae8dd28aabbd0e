import type { ReactNode } from 'react'
import { Radio } from 'react-aria-components'
import './choice-card.css'

/** One of a few ways, with what speaks for it; stands in a `RadioGroup`. */
export function ChoiceCard({ value, title, facts }: { readonly value: string; readonly title: string; readonly facts: string }): ReactNode {
  return (
    <Radio className="choice-card" value={value}>
      <span className="choice-dot" aria-hidden />
      <span><span className="choice-title">{title}</span> <span className="choice-facts tabular">{facts}</span></span>
    </Radio>
  )
}
