import { useState, type ReactNode } from 'react'
import type { DocumentId } from '../../src-main/contract/document'
import './cover.css'

/** The first page, small; a drawn one where there is none. */
export function Cover({ document, hasCover }: { readonly document: DocumentId | null; readonly hasCover: boolean }): ReactNode {
  const [broken, setBroken] = useState(false)
  if (document !== null && hasCover && !broken) {
    return <img className="cover" src={`/cover/${encodeURIComponent(document)}`} alt="" loading="lazy" decoding="async" draggable={false} onError={() => setBroken(true)} />
  }
  return <span className="cover cover-drawn" aria-hidden><i /><i /><i /><i /><i /></span>
}
