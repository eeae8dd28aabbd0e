import { Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { isPaginated } from '../../src-main/contract/document'
import type { DocumentSummary } from '../../src-main/contract/library'
import type { ReadingSummary } from '../../src-main/contract/reading'
import type { ReadingWay } from '../../src-main/contract/settings'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { useAsked } from '../ui/asked'
import { ProgressBar } from '../ui/bar'
import { IconButton } from '../ui/button'
import { formatBytes, formatDate, formatNumber, formatTokens, formatUnits } from '../ui/format'
import { unitsText } from '../ui/reading-text'
import { Segments } from '../ui/segments'
import { StopSlider } from '../ui/stop-slider'
import { SwitchLine } from '../ui/switch-line'
import { t } from '../locales/words'
import { LookChoice } from './look-choice'
import './catalogue.css'
import './readings.css'

const gigabyte = 1e9
const quotaStops = [4, 8, 16, 32, 64, 128, 256, 512].map((size) => size * gigabyte)
const memoryStops = [1, 2, 4, 8, 16, 32, 64].map((size) => size * gigabyte)
const memoryFirst = 4 * gigabyte
const ways: readonly ReadingWay[] = ['as-usual', 'slowly', 'pause']

/** What models have read and keep on the disk, and how they go about it. */
export function Readings(): ReactNode {
  const settings = useApp((state) => state.layout.settings)
  const { settings: { change } } = useActions()
  return (
    <section className="settings-part" aria-label={t('readings.title')}>
      <h3>{t('readings.title')}</h3>
      <Shelf quotaBytes={settings.readingQuotaBytes} />
      <StopSlider label={t('readings.quota')} stops={quotaStops} value={settings.readingQuotaBytes} textOf={formatSize} onChange={(readingQuotaBytes) => change({ readingQuotaBytes })} />
      <SwitchLine name={t('readings.limitMemory')} isOn={settings.memoryBytes !== null} onChange={(isOn) => change({ memoryBytes: isOn ? memoryFirst : null })} />
      {settings.memoryBytes !== null && (
        <StopSlider label={t('readings.memory')} stops={memoryStops} value={settings.memoryBytes} textOf={formatSize} onChange={(memoryBytes) => change({ memoryBytes })} />
      )}
      <LookChoice />
      <SwitchLine name={t('readings.half')} isOn={settings.halfReadings} onChange={(halfReadings) => change({ halfReadings })} />
      <SwitchLine name={t('readings.goOn')} isOn={settings.goOnReading} onChange={(goOnReading) => change({ goOnReading })} />
      <WayChoice label={t('readings.battery')} nameOf={(way) => t(`readings.batteryWays.${way}`)} value={settings.readOnBattery} onChange={(readOnBattery) => change({ readOnBattery })} />
      <WayChoice label={t('readings.strain')} nameOf={(way) => t(`readings.strainWays.${way}`)} value={settings.readUnderStrain} onChange={(readUnderStrain) => change({ readUnderStrain })} />
    </section>
  )
}

interface WayChoiceProps {
  readonly label: string
  readonly nameOf: (way: ReadingWay) => string
  readonly value: ReadingWay
  readonly onChange: (way: ReadingWay) => void
}

function WayChoice({ label, nameOf, value, onChange }: WayChoiceProps): ReactNode {
  return (
    <div className="readings-choice">
      <span>{label}</span>
      <Segments label={label} values={ways} value={value} nameOf={nameOf} onChange={onChange} />
    </div>
  )
}

const formatSize = (bytes: number): string => t('readings.size', { shown: formatNumber(bytes / gigabyte) })

function Shelf({ quotaBytes }: { readonly quotaBytes: number }): ReactNode {
  const { readings } = useActions()
  // What is kept changes with how documents stand.
  const states = useApp((state) => state.readings)
  const changed = [...states.values()].map(({ document, state }) => `${document} ${state.kind}`).join()
  const shelf = useAsked(readings.shelf, changed)
  if (shelf === null) return null
  if (shelf.readings.length === 0) return <p className="soft">{t('readings.none')}</p>
  const bytes = shelf.readings.reduce((sum, reading) => sum + reading.bytes, 0)
  return (
    <>
      <ul className="models">{shelf.readings.map((reading) => <ReadingLine key={reading.id} reading={reading} />)}</ul>
      <p className="readings-sum tabular">{t('readings.sum', { size: formatBytes(bytes), quota: formatSize(quotaBytes) })}</p>
      <ProgressBar label={t('readings.sum', { size: formatBytes(bytes), quota: formatSize(quotaBytes) })} fraction={bytes / quotaBytes} />
    </>
  )
}

function ReadingLine({ reading }: { readonly reading: ReadingSummary }): ReactNode {
  const dispatch = useDispatch()
  const document = useApp((state) => state.library.documents.find(({ id }) => id === reading.document))
  const title = reading.title ?? t('readings.untitled')
  return (
    <li className="model">
      <div className="grow">
        <div className="model-title one-line" title={title}>{title}</div>
        <div className="model-facts tabular">{factsOf(reading, document).join(' · ')}</div>
      </div>
      <IconButton name={t('readings.delete', { title })} small onPress={() => dispatch({ kind: 'dialog-opened', dialog: { kind: 'delete-reading', reading: reading.id, title } })}><Trash2 aria-hidden /></IconButton>
    </li>
  )
}

const factsOf = ({ model, units, state, bytes, lastUsed, ...read }: ReadingSummary, document: DocumentSummary | undefined): readonly string[] => [
  ...(model === null ? [] : [model]),
  ...(document === undefined || units.length === 0 ? [] : [state === 'read' ? formatUnits(document.units, isPaginated(document.format)) : unitsText(units, isPaginated(document.format))]),
  tokensText(read),
  formatBytes(bytes),
  t('readings.used', { date: formatDate(lastUsed) }),
]

function tokensText({ tokens, tokensTotal }: Pick<ReadingSummary, 'tokens' | 'tokensTotal'>): string {
  if (tokensTotal === null) return t('readings.partial', { tokens: formatTokens(tokens) })
  return tokens < tokensTotal ? t('readings.partialOf', { done: formatNumber(tokens), tokens: formatTokens(tokensTotal) }) : formatTokens(tokens)
}
