import type { ReactNode } from 'react'
import { RadioGroup } from 'react-aria-components'
import type { Computing, DeviceSummary } from '../../src-main/contract/device'
import { useActions, useApp } from '../ui/app-context'
import { useAsked } from '../ui/asked'
import { ChoiceCard } from '../ui/choice-card'
import { formatBytes, formatNumber } from '../ui/format'
import { t } from '../locales/words'
import './devices.css'

/** What computes: the processor, or graphics devices where there are any; and what computes the loaded model now. */
export function Devices(): ReactNode {
  const chosen = useApp((state) => state.layout.settings.device)
  const trouble = useApp((state) => state.layout.settings.deviceTrouble)
  const engine = useApp((state) => state.engine)
  const actions = useActions()
  const devices = useAsked(actions.models.devices)
  const notice = (engine.state === 'ready' ? engine.computing.notice : null) ?? trouble
  return (
    <section className="settings-part">
      <h3>{t('devices.title')}</h3>
      {devices === null && <p className="soft" role="status">{t('devices.looking')}</p>}
      {devices?.length === 0 && <p className="soft">{t('devices.none')}</p>}
      {devices !== null && devices.length > 0 && (
        <RadioGroup className="choice-cards" aria-label={t('devices.title')} value={chosen} onChange={(device) => actions.settings.change({ device })}>
          <ChoiceCard value="auto" title={t('devices.auto')} facts={t('devices.autoFacts')} />
          <ChoiceCard value="cpu" title={t('devices.cpu')} facts={t('devices.cpuFacts')} />
          {devices.map((device) => <ChoiceCard key={device.name} value={device.name} title={device.title} facts={factsOf(device)} />)}
        </RadioGroup>
      )}
      {engine.state === 'ready' && <p className="devices-now">{computingText(engine.computing)}</p>}
      {engine.state === 'ready' && notice === null && isTooSmall(engine.computing, chosen, devices ?? []) && <p className="devices-now">{t('devices.tooSmall')}</p>}
      {notice !== null && <p className="devices-now warn" role="status">{notice}</p>}
    </section>
  )
}

/** Whether a card is there and was left out, as what is free of its memory does not take a layer of the model. */
export const isTooSmall = (computing: Computing, chosen: string, devices: readonly DeviceSummary[]): boolean =>
  chosen === 'auto' && computing.devices.length === 0 && devices.some(({ kind }) => kind === 'card')

const factsOf = ({ kind, freeBytes, totalBytes }: DeviceSummary): string =>
  t(kind === 'card' ? 'devices.card' : 'devices.integrated', { free: formatBytes(freeBytes), total: formatBytes(totalBytes) })

/** Which layers of the loaded model are computed where. */
export function computingText({ layers, devices }: Computing): string {
  if (devices.length === 0) return t('devices.nowProcessor')
  const shares = devices.map((device) => shareText(device.layers, device.title))
  const left = layers - devices.reduce((sum, device) => sum + device.layers, 0)
  return t('devices.now', { parts: [...shares, ...(left > 0 ? [shareText(left, t('devices.processor'))] : [])].join(', ') })
}

const shareText = (layers: number, title: string): string => t('devices.share', { count: layers, shown: formatNumber(layers), title })
