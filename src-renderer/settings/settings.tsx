import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Radio, RadioGroup, Switch } from 'react-aria-components'
import type { Settings } from '../../src-main/contract/settings'
import { useActions, useApp } from '../ui/app-context'
import { IconButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { t } from '../locales/words'
import { Catalogue } from './catalogue'
import { Devices } from './devices'
import { MirrorField } from './mirror-field'
import './settings.css'

/** What a person can choose. Every change holds at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Card title={t('settings.title')} onClose={onClose} wide>
      <div className="settings-close"><IconButton name={t('common.close')} shortcut="escape" onPress={onClose}><X aria-hidden /></IconButton></div>
      <Appearance />
      <Devices />
      <Catalogue />
      <div className="settings-part"><MirrorField /></div>
    </Card>
  )
}

const themes: readonly Settings['theme'][] = ['system', 'light', 'dark']

function Appearance(): ReactNode {
  const settings = useApp((state) => state.layout.settings)
  const actions = useActions()
  return (
    <section className="settings-part">
      <h3>{t('settings.appearance')}</h3>
      <RadioGroup className="segments" aria-label={t('settings.theme')} orientation="horizontal" value={settings.theme} onChange={(theme) => actions.settings.change({ theme: themes.find((known) => known === theme) ?? 'system' })}>
        {themes.map((theme) => <Radio key={theme} value={theme} className="segment">{t(`settings.${theme}`)}</Radio>)}
      </RadioGroup>
      <Switch className="switch" isSelected={settings.dimPages} onChange={(dimPages) => actions.settings.change({ dimPages })}>
        <span className="switch-track"><span className="switch-thumb" /></span>
        {t('settings.dim')}
      </Switch>
    </section>
  )
}
