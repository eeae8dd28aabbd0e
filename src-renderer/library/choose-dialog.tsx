import { Check, Search } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Input, ListBox, ListBoxItem, ListLayout, SearchField, Virtualizer, useFilter, type Selection } from 'react-aria-components'
import { isReadable } from '../state/library'
import { useApp, useDispatch } from '../ui/app-context'
import { TextButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { t } from '../locales/words'
import './choose-dialog.css'

const rowHeight = 34

/** Chooses the documents that the next questions are about. */
export function ChooseDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const documents = useApp((state) => state.library.documents)
  const scope = useApp((state) => state.conversation.scope)
  const dispatch = useDispatch()
  const { contains } = useFilter({ sensitivity: 'base' })
  const [filter, setFilter] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(scope.kind === 'chosen' ? scope.documents : []))
  const ready = documents.filter((document) => isReadable(document.state))
  const shown = ready.filter((document) => contains(document.title, filter))
  const select = (selection: Selection): void => {
    const visible = new Set(shown.map(({ id }) => id))
    const kept = [...chosen].filter((id) => !visible.has(id))
    setChosen(new Set([...kept, ...(selection === 'all' ? visible : [...selection].map(String))]))
  }
  const use = (): void => {
    dispatch({ kind: 'scoped', scope: { kind: 'chosen', documents: ready.filter(({ id }) => chosen.has(id)).map(({ id }) => id) } })
    onClose()
  }
  return (
    <Card title={t('choose.title')} onClose={onClose}>
      <SearchField className="field" aria-label={t('choose.filter')} value={filter} onChange={setFilter} autoFocus>
        <Search aria-hidden />
        <Input placeholder={t('choose.filter')} />
      </SearchField>
      <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight, padding: 4 }}>
        <ListBox className="choices" aria-label={t('library.label')} items={shown} selectionMode="multiple" selectedKeys={new Set(chosen)} onSelectionChange={select} renderEmptyState={() => <p>{t('choose.none')}</p>}>
          {(document) => (
            <ListBoxItem id={document.id} textValue={document.title} className="menu-item choice">
              {({ isSelected }) => (
                <>
                  <span className={`choice-box ${isSelected ? 'choice-checked' : ''}`}>{isSelected && <Check aria-hidden />}</span>
                  <span className="one-line">{document.title}</span>
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Virtualizer>
      <div className="card-end">
        <TextButton onPress={onClose}>{t('common.cancel')}</TextButton>
        <TextButton kind="main" isDisabled={chosen.size === 0} onPress={use}>{t('choose.use')}</TextButton>
      </div>
    </Card>
  )
}
