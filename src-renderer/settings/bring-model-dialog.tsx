import type { ReactNode } from 'react'
import type { ModelFile } from '../../src-main/contract/model'
import { useActions } from '../ui/app-context'
import { TextButton } from '../ui/button'
import { Card } from '../ui/dialog'
import { formatBytes, formatNumber } from '../ui/format'
import { t } from '../locales/words'
import { adviceText } from './advice-text'

type GoodFile = Extract<ModelFile, { readonly state: 'good' }>

/** What a model file is, and whether to copy it or to use it where it is; or why it cannot be used. */
export function BringModelDialog({ file, onClose }: { readonly file: ModelFile; readonly onClose: () => void }): ReactNode {
  if (file.state === 'good') return <GoodModel file={file} onClose={onClose} />
  return (
    <Card title={t('models.refused')} onClose={onClose}>
      <p role="alert">{file.failure.message}</p>
      <div className="card-end"><TextButton kind="main" onPress={onClose} autoFocus>{t('common.close')}</TextButton></div>
    </Card>
  )
}

function GoodModel({ file, onClose }: { readonly file: GoodFile; readonly onClose: () => void }): ReactNode {
  const { models } = useActions()
  const bring = (mode: 'copy' | 'in-place') => (): void => {
    void models.bring(file, mode)
    onClose()
  }
  return (
    <Card title={t('models.bringTitle', { name: file.name })} onClose={onClose} wide>
      <p className="tabular">{factsOf(file).join(' · ')}</p>
      <p>{adviceText(file.advice)}</p>
      <p>{t('models.bringBody', { size: formatBytes(file.bytes) })}</p>
      <div className="card-end">
        <TextButton onPress={onClose}>{t('common.cancel')}</TextButton>
        <TextButton onPress={bring('in-place')}>{t('models.useInPlace')}</TextButton>
        <TextButton kind="main" onPress={bring('copy')}>{t('models.copy')}</TextButton>
      </div>
    </Card>
  )
}

const factsOf = ({ architecture, quantisation, parameters, context, bytes, parts }: GoodFile): readonly string[] => [
  architecture,
  ...(quantisation === null ? [] : [quantisation]),
  parametersText(parameters),
  t('settings.context', { tokens: formatNumber(context) }),
  formatBytes(bytes),
  ...(parts > 1 ? [t('models.parts', { count: parts, shown: formatNumber(parts) })] : []),
]

const parametersText = (parameters: number): string =>
  parameters < 1e9 ? t('models.parameters', { shown: formatNumber(Math.round(parameters / 1e6)) }) : t('models.parametersLarge', { shown: formatNumber(Math.round(parameters / 1e8) / 10) })
