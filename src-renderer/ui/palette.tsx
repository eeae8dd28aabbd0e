import { Search } from 'lucide-react'
import { useContext, type ReactNode } from 'react'
import { Autocomplete, Dialog, Header, Input, Menu, MenuItem, MenuSection, Modal, ModalOverlay, SearchField, useFilter } from 'react-aria-components'
import { AppContext, useApp } from './app-context'
import { commandsOf } from './commands'
import { shortcutText, thisPlatform } from './keys'
import { t } from '../locales/words'
import './palette.css'

const documentsMax = 200
const conversationsMax = 100

/** Every action by name, and every document and conversation by title. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { contains } = useFilter({ sensitivity: 'base' })
  return (
    <ModalOverlay className="veil palette-veil" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className="card palette">
        <Dialog className="palette-inside" aria-label={t('palette.label')}>
          <Autocomplete filter={contains}>
            <SearchField className="palette-field" aria-label={t('palette.label')} autoFocus>
              <Search aria-hidden />
              <Input placeholder={t('palette.placeholder')} />
            </SearchField>
            {/* Focus stays in the field; the list that scrolls can be reached all the same. */}
            <div className="palette-list" tabIndex={0} role="group" aria-label={t('palette.label')}><Choices onClose={onClose} /></div>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function Choices({ onClose }: { readonly onClose: () => void }): ReactNode {
  const app = useContext(AppContext)
  const documents = useApp((state) => state.library.documents)
  const conversations = useApp((state) => state.conversation.conversations)
  if (app === null) return null
  // The dialog closes first: what a command focuses must not be taken back when it does.
  const after = (run: () => void) => () => {
    onClose()
    requestAnimationFrame(() => requestAnimationFrame(run))
  }
  return (
    <Menu className="menu palette-menu" aria-label={t('palette.label')} renderEmptyState={() => <p className="palette-none">{t('palette.none')}</p>}>
      <MenuSection>
        <Header className="menu-heading">{t('palette.commands')}</Header>
        {commandsOf(app).filter((command) => command.isEnabled && command.name !== 'palette').map((command) => (
          <MenuItem key={command.name} id={`command-${command.name}`} className="menu-item" textValue={command.title} onAction={after(command.run)}>
            {command.title}
            {command.shortcut !== null && <small><kbd>{shortcutText(command.shortcut, thisPlatform)}</kbd></small>}
          </MenuItem>
        ))}
      </MenuSection>
      {documents.length > 0 && (
        <MenuSection>
          <Header className="menu-heading">{t('palette.documents')}</Header>
          {documents.slice(0, documentsMax).map((document) => (
            <MenuItem key={document.id} id={`document-${document.id}`} className="menu-item" textValue={document.title} onAction={after(() => void app.actions.reader.open(document.id))}>
              <span className="one-line">{document.title}</span>
              <small>{document.author}</small>
            </MenuItem>
          ))}
        </MenuSection>
      )}
      {conversations.length > 0 && (
        <MenuSection>
          <Header className="menu-heading">{t('palette.conversations')}</Header>
          {conversations.slice(0, conversationsMax).map((conversation) => (
            <MenuItem key={conversation.id} id={`conversation-${conversation.id}`} className="menu-item" textValue={conversation.title} onAction={after(() => void app.actions.conversation.open(conversation.id))}>
              <span className="one-line">{conversation.title}</span>
            </MenuItem>
          ))}
        </MenuSection>
      )}
    </Menu>
  )
}
