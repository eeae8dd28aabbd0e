import { ArrowUp, BookOpen, BookOpenText, Check, Cpu, Library, ListChecks, Square, TextSearch } from 'lucide-react'
import { useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { readMode } from '../../src-main/contract/answer-mode'
import { isPaginated } from '../../src-main/contract/document'
import type { DocumentSummary } from '../../src-main/contract/library'
import type { DocumentReading } from '../../src-main/contract/reading'
import { canAskWhole, isBusy, modeFor, onlyDocument, scopeDocuments, type Scope } from '../state/conversation'
import { useActions, useApp, useDispatch } from '../ui/app-context'
import { formatNumber } from '../ui/format'
import { unitsText } from '../ui/reading-text'
import { t } from '../locales/words'
import { shortTitle } from './model-title'
import './composer.css'

/** Where a question is written: Enter asks, Shift+Enter begins a new line. */
export function Composer(): ReactNode {
  const draft = useApp((state) => state.conversation.draft)
  const scope = useApp((state) => state.conversation.scope)
  const hasDocument = useApp((state) => scopeDocuments(state.conversation.scope, state.reader.document) !== null)
  const busy = useApp((state) => isBusy(state.conversation))
  const starter = useApp((state) => state.models.find(({ name }) => name === state.layout.settings.model)?.starter === true || (state.engine.state === 'ready' && state.engine.starter))
  const actions = useActions()
  const dispatch = useDispatch()
  const area = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    if (area.current === null) return
    area.current.style.height = 'auto'
    area.current.style.height = `${area.current.scrollHeight}px`
  }, [draft])
  const send = (): void => {
    if (draft.trim() !== '' && !busy) void actions.conversation.ask(draft)
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      send()
    }
  }
  const placeholder = scope.kind === 'open' ? (hasDocument ? t('composer.placeholder') : t('composer.placeholderNone')) : t('composer.placeholderAll')
  return (
    <div className="composer-all">
      {starter && <p className="composer-note">{t('composer.starter')}</p>}
      <div className="composer">
        <textarea
          ref={area} rows={1} data-focus="composer" aria-label={t('composer.label')} placeholder={placeholder} value={draft} spellCheck
          onChange={(event) => dispatch({ kind: 'drafted', text: event.currentTarget.value })} onKeyDown={press}
        />
        <div className="composer-bar">
          <ScopePick scope={scope} />
          <ModePick />
          <ModelPick />
          {busy
            ? <Button className="round" aria-label={t('composer.stop')} onPress={() => void actions.conversation.stop()}><Square aria-hidden /></Button>
            : <Button className="round" aria-label={t('composer.ask')} isDisabled={draft.trim() === ''} onPress={send}><ArrowUp aria-hidden /></Button>}
        </div>
      </div>
    </div>
  )
}

function scopeText(scope: Scope): string {
  switch (scope.kind) {
    case 'open':
      return t('composer.thisDocument')
    case 'all':
      return t('composer.allDocuments')
    case 'chosen':
      return t('composer.chosen', { count: scope.documents.length, shown: formatNumber(scope.documents.length) })
  }
}

function ScopePick({ scope }: { readonly scope: Scope }): ReactNode {
  const dispatch = useDispatch()
  const choices = [
    { kind: 'open', icon: <BookOpen aria-hidden />, text: t('composer.thisDocument'), run: () => dispatch({ kind: 'scoped', scope: { kind: 'open' } }) },
    { kind: 'all', icon: <Library aria-hidden />, text: t('composer.allDocuments'), run: () => dispatch({ kind: 'scoped', scope: { kind: 'all' } }) },
    { kind: 'chosen', icon: <ListChecks aria-hidden />, text: t('composer.choose'), run: () => dispatch({ kind: 'dialog-opened', dialog: { kind: 'choose-documents' } }) },
  ] as const
  const icon = choices.find(({ kind }) => kind === scope.kind)?.icon
  return (
    <MenuTrigger>
      <Button className="pick pick-fixed" aria-label={`${t('composer.scope')}: ${scopeText(scope)}`}>{icon} <span className="one-line">{scopeText(scope)}</span></Button>
      <Popover className="popover" placement="top start">
        <Menu className="menu" aria-label={t('composer.scope')}>
          {choices.map((choice) => (
            <MenuItem key={choice.kind} className="menu-item" onAction={choice.run} textValue={choice.text}>
              {choice.icon} {choice.text} <small>{choice.kind === scope.kind && <Check aria-hidden />}</small>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

/** What the model has in view: the passages that fit the question, or the whole of one document. */
function ModePick(): ReactNode {
  const open = useApp((state) => onlyDocument(scopeDocuments(state.conversation.scope, state.reader.document)))
  const document = useApp((state) => state.library.documents.find(({ id }) => id === open))
  const reading = useApp((state) => (open === null ? undefined : state.readings.get(open)))
  const chosen = useApp((state) => state.conversation.mode)
  const dispatch = useDispatch()
  const mode = modeFor(chosen, open, reading)
  const isRead = canAskWhole(reading)
  const readKind = open === null ? 'whole' : readMode(reading ?? null) ?? 'whole'
  const whole = (): void => {
    if (isRead) dispatch({ kind: 'mode-chosen', mode: 'whole' })
    else if (document !== undefined) dispatch({ kind: 'dialog-opened', dialog: { kind: 'read', document: document.id, title: document.title } })
  }
  const choices = [
    { kind: readKind, icon: <BookOpenText aria-hidden />, facts: open === null ? t('composer.wholeOne') : isRead ? readHint(reading, document) : t('composer.wholeUnread'), run: whole, isDisabled: open === null },
    { kind: 'passages', icon: <TextSearch aria-hidden />, facts: t('composer.passagesHint'), run: () => dispatch({ kind: 'mode-chosen', mode: 'passages' }), isDisabled: false },
  ] as const
  const icon = choices.find(({ kind }) => kind === mode)?.icon
  return (
    <MenuTrigger>
      <Button className="pick pick-fixed" aria-label={`${t('composer.mode')}: ${t(`composer.modes.${mode}`)}`}>{icon} {t(`composer.modes.${mode}`)}</Button>
      <Popover className="popover" placement="top start">
        <Menu className="menu" aria-label={t('composer.mode')}>
          {choices.map((choice) => (
            <MenuItem key={choice.kind} className="menu-item" isDisabled={choice.isDisabled} onAction={choice.run} textValue={t(`composer.modes.${choice.kind}`)}>
              {choice.icon} <span className="mode"><span>{t(`composer.modes.${choice.kind}`)}</span><span className="mode-facts">{choice.facts}</span></span> <small>{choice.kind === mode && <Check aria-hidden />}</small>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

/** What of a document is in view where it is all that was read of it. */
const readHint = (reading: DocumentReading | undefined, document: DocumentSummary | undefined): string =>
  reading === undefined || document === undefined || readMode(reading) !== 'part'
    ? t('composer.wholeHint')
    : t('composer.partHint', { where: unitsText(reading.kept.units, isPaginated(document.format)) })

function ModelPick(): ReactNode {
  const models = useApp((state) => state.models)
  const chosen = useApp((state) => state.layout.settings.model)
  const actions = useActions()
  const dispatch = useDispatch()
  const current = models.find(({ name }) => name === chosen)
  return (
    <MenuTrigger>
      <Button className="pick" aria-label={`${t('composer.model')}: ${current?.title ?? chosen}`}><Cpu aria-hidden /> <span className="one-line">{current === undefined ? (chosen === '' ? t('composer.noModel') : chosen) : shortTitle(current.title)}</span></Button>
      <Popover className="popover" placement="top start">
        <Menu className="menu" aria-label={t('composer.model')}>
          {models.filter(({ installed }) => installed).map((model) => (
            <MenuItem key={model.name} id={model.name} className="menu-item" textValue={model.title} onAction={() => void actions.models.choose(model.name)}>
              <span className="menu-check">{model.name === chosen && <Check aria-hidden />}</span> {model.title} {model.starter && <small>{t('settings.starterTag')}</small>}
            </MenuItem>
          ))}
          <MenuItem id="more" className="menu-item" onAction={() => dispatch({ kind: 'dialog-opened', dialog: { kind: 'settings' } })}><span className="menu-check" /> {t('composer.manage')}</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
