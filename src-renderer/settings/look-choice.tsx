import type { ReactNode } from 'react'
import { useActions, useApp } from '../ui/app-context'
import { formatTokens } from '../ui/format'
import { Segments } from '../ui/segments'
import { StopSlider } from '../ui/stop-slider'
import { t } from '../locales/words'
import './readings.css'

const ways = ['all', 'chosen'] as const
const stops = [2_048, 4_096, 8_192, 16_384, 32_768, 65_536]
const first = 8_192

/** How each word of an answer looks at a text that was read: at all of it, or at the parts that it seems to need. */
export function LookChoice(): ReactNode {
  const tokens = useApp((state) => state.layout.settings.selectedTokens)
  const { settings: { change } } = useActions()
  return (
    <>
      <div className="readings-choice">
        <span>{t('readings.look')}</span>
        <Segments label={t('readings.look')} values={ways} value={tokens === null ? 'all' : 'chosen'} nameOf={(way) => t(`readings.lookWays.${way}`)} onChange={(way) => change({ selectedTokens: way === 'all' ? null : first })} />
      </div>
      {tokens !== null && (
        <>
          <p className="readings-choice-note">{t('readings.lookNote')}</p>
          <StopSlider label={t('readings.lookTokens')} stops={stops} value={tokens} textOf={formatTokens} onChange={(selectedTokens) => change({ selectedTokens })} />
        </>
      )}
    </>
  )
}
