import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Settings } from '../../src-main/contract/settings'
import { useActions, useApp } from '../ui/app-context'
import { IconButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { Segments } from '../ui/segments'
import { SwitchLine } from '../ui/switch-line'
import { t } from '../locales/words'
import { Catalogue } from './catalogue'
import { Devices } from './devices'
import { MirrorField } from './mirror-field'
import { Readings } from './readings'
import './settings.css'

/** What a person can choose. Every change holds at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Card title={t('settings.title')} onClose={onClose} wide>
      <div className="settings-close"><IconButton name={t('common.close')} shortcut="escape" onPress={onClose}><X aria-hidden /></IconButton></div>
      <Appearance />
      <Devices />
      <Readings />
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
      <Segments label={t('settings.theme')} values={themes} value={settings.theme} nameOf={(theme) => t(`settings.${theme}`)} onChange={(theme) => actions.settings.change({ theme })} />
      <SwitchLine name={t('settings.dim')} isOn={settings.dimPages} onChange={(dimPages) => actions.settings.change({ dimPages })} />
    </section>
  )
}
