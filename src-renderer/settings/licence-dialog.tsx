import { useCallback, type ReactNode } from 'react'
import type { LicenceId } from '../../src-main/contract/model'
import { useActions } from '../ui/app-context'
import { useAsked } from '../ui/asked'
import { TextButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { t } from '../locales/words'

interface LicenceDialogProps {
  readonly licence: LicenceId
  /** The download that waits for it. */
  readonly model: string
  readonly title: string
  readonly onClose: () => void
}

/** Shows a licence before the first download that it holds for; accepted once, it is not asked for again. */
export function LicenceDialog({ licence, model, title, onClose }: LicenceDialogProps): ReactNode {
  const { models } = useActions()
  const shown = useAsked(useCallback(() => models.licence(licence), [models, licence]))
  const accept = (): void => {
    void models.accept(licence, model)
    onClose()
  }
  return (
    <Card title={shown?.title ?? title} onClose={onClose} wide>
      <p>{t('models.licenceBody', { title })}</p>
      <div className="licence-text" tabIndex={0} role="region" aria-label={shown?.title ?? title}>{shown !== null && <LicenceText text={shown.text} />}</div>
      {shown !== null && <p className="licence-source">{t('models.licenceSource', { url: shown.url })}</p>}
      <div className="card-end">
        <TextButton onPress={onClose}>{t('common.cancel')}</TextButton>
        <TextButton kind="main" onPress={accept} isDisabled={shown === null}>{t('models.accept')}</TextButton>
      </div>
    </Card>
  )
}

/** The text as its publisher has it; its headings are set as such, but for the first, which is the title. */
function LicenceText({ text }: { readonly text: string }): ReactNode {
  return text.split(/\n{2,}/u).map((block, index) => {
    const heading = /^#+ (.+)$/u.exec(block)?.[1]
    if (heading === undefined) return <p key={index}>{block}</p>
    return index === 0 ? null : <h4 key={index}>{heading}</h4>
  })
}
