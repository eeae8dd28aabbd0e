import type { ReactNode } from 'react'
import { Switch } from 'react-aria-components'
import './switch-line.css'

/** Something that is on or off, with its name beside it. */
export function SwitchLine({ name, isOn, onChange }: { readonly name: string; readonly isOn: boolean; readonly onChange: (isOn: boolean) => void }): ReactNode {
  return (
    <Switch className="switch" isSelected={isOn} onChange={onChange}>
      <span className="switch-track"><span className="switch-thumb" /></span>
      {name}
    </Switch>
  )
}
