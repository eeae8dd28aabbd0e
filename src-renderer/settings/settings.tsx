import { Check, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Label, Radio, RadioGroup, Switch } from 'react-aria-components'
import type { ModelSummary } from '../../src-main/contract/model'
import type { Settings } from '../../src-main/contract/settings'
import { useActions, useApp } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { IconButton, TextButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { formatBytes, formatNumber } from '../ui/format'
import { t } from '../locales/words'
import './settings.css'

/** What a person can choose. Every change holds at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Card title={t('settings.title')} onClose={onClose} wide>
      <div className="settings-close"><IconButton name={t('common.close')} shortcut="escape" onPress={onClose}><X aria-hidden /></IconButton></div>
      <Appearance />
      <Models />
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

function Models(): ReactNode {
  const models = useApp((state) => state.models)
  const chosen = useApp((state) => state.layout.settings.model)
  return (
    <section className="settings-part">
      <h3>{t('settings.model')}</h3>
      {models.length === 0 && <p>{t('settings.noModels')}</p>}
      <ul className="models">{models.map((model) => <ModelLine key={model.name} model={model} isChosen={model.name === chosen} />)}</ul>
    </section>
  )
}

function ModelLine({ model, isChosen }: { readonly model: ModelSummary; readonly isChosen: boolean }): ReactNode {
  const heard = useApp((state) => state.downloads.find(({ name }) => name === model.name))
  const download = heard?.state ?? model.download
  const isRunning = download !== null && download.state !== 'failed' && download.state !== 'paused'
  const actions = useActions()
  const tags = [...(model.starter ? [t('settings.starterTag')] : []), ...(model.recommended ? [t('settings.recommended')] : [])]
  return (
    <li className={`model ${isChosen ? 'model-chosen' : ''}`}>
      <div className="grow">
        <Label className="model-title">{model.title}</Label>
        {tags.map((tag) => <span key={tag} className="model-tag">{tag}</span>)}
        <div className="model-facts tabular">{[formatBytes(model.bytes), t('settings.context', { tokens: formatNumber(model.context) }), t('settings.licence', { licence: model.licence })].join(' · ')}</div>
        {isRunning && <ProgressBar label={t('notices.downloading', { name: model.title })} fraction={download.totalBytes === 0 ? null : download.doneBytes / download.totalBytes} />}
      </div>
      {isChosen && model.installed ? <span className="model-used"><Check aria-hidden /> {t('settings.inUse')}</span>
        : model.installed ? <TextButton onPress={() => void actions.conversation.chooseModel(model.name)}>{t('settings.use')}</TextButton>
          : <TextButton isDisabled={isRunning} onPress={() => void actions.conversation.getModel(model.name)}>{t('settings.get', { size: formatBytes(model.bytes) })}</TextButton>}
    </li>
  )
}
