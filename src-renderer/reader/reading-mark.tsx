import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { isPaginated } from '../../src-main/contract/document'
import type { DocumentSummary } from '../../src-main/contract/library'
import { shareRead } from '../state/readings'
import { useApp } from '../ui/app-context'
import { ProgressBar } from '../ui/bar'
import { useReadingChoices } from '../ui/reading-acts'
import { readingText } from '../ui/reading-text'
import { t } from '../locales/words'
import './reading-mark.css'
import '../ui/menu.css'

/** How the open document stands with the model, and what can be done about it: one click where that is one thing, a menu else. */
export function ReadingMark({ document }: { readonly document: DocumentSummary }): ReactNode {
  const reading = useApp((state) => state.readings.get(document.id))
  const choices = useReadingChoices(document)
  const kind = reading?.state.kind ?? 'none'
  const state = reading === undefined ? null : readingText(reading, { units: document.units, paginated: isPaginated(document.format) })
  const [only, ...others] = choices
  if (state === null && only !== undefined && others.length === 0) {
    return <Button className="reading-mark reading-mark-none" onPress={only.run}><span className="one-line">{t('reading.readWhole')}</span></Button>
  }
  return (
    <MenuTrigger>
      <Button className={`reading-mark reading-mark-${kind}`} aria-label={t('reader.reading', { state: state?.text ?? '' })}>
        <span className="one-line tabular">{state?.text}</span> <ChevronDown aria-hidden />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Menu className="menu" aria-label={t('reader.readingActs')}>
          {choices.map(({ act, name, run }) => <MenuItem key={act} className={`menu-item ${act === 'delete' ? 'menu-item-bad' : ''}`} onAction={run}>{name}</MenuItem>)}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

/** A line along the bar while the open document is read. */
export function ReadingLine({ document }: { readonly document: DocumentSummary }): ReactNode {
  const reading = useApp((state) => state.readings.get(document.id))
  if (reading?.state.kind !== 'reading') return null
  return <div className="reading-line"><ProgressBar label={t('notices.reading', { title: document.title })} fraction={shareRead(reading)} /></div>
}
