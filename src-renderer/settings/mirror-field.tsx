import { useState, type ReactNode } from 'react'
import { Input, Label, TextField } from 'react-aria-components'
import { useActions, useApp } from '../ui/app-context'
import { t } from '../locales/words'
import '../ui/field.css'

const isUsable = (address: string): boolean => address === '' || (address.startsWith('https://') && URL.canParse(address))

/** Where models are downloaded from, for who has a mirror; what is not an address yet is not kept. */
export function MirrorField(): ReactNode {
  const kept = useApp((state) => state.layout.settings.mirror)
  const actions = useActions()
  const [typed, setTyped] = useState(kept)
  const change = (value: string): void => {
    setTyped(value)
    if (isUsable(value.trim())) actions.settings.change({ mirror: value.trim() })
  }
  const isWrong = !isUsable(typed.trim())
  return (
    <TextField className="labelled" value={typed} onChange={change} type="url" validationBehavior="aria" isInvalid={isWrong}>
      <Label>{t('models.mirror')}</Label>
      <div className="field"><Input placeholder="https://huggingface.co" /></div>
      {isWrong && <span className="field-error" role="alert">{t('models.mirrorInvalid')}</span>}
    </TextField>
  )
}
