import type { ReactNode } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import './dialog.css'

interface CardProps {
  readonly title: string
  readonly children: ReactNode
  readonly onClose: () => void
  readonly wide?: boolean
  readonly role?: 'dialog' | 'alertdialog'
}

/** A card over the window. Escape or a click outside closes it. */
export function Card({ title, children, onClose, wide = false, role = 'dialog' }: CardProps): ReactNode {
  return (
    <ModalOverlay className="veil" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className={`card ${wide ? 'card-wide' : ''}`}>
        <Dialog className="card-inside" role={role}>
          <Heading slot="title" className="card-title">{title}</Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
