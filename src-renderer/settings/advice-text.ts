import type { ModelAdvice } from '../../src-main/contract/model'
import { formatBytes, formatNumber } from '../ui/format'
import { t } from '../locales/words'

/** How a model goes with this computer, in a sentence. */
export function adviceText(advice: ModelAdvice): string {
  switch (advice.kind) {
    case 'too-little-memory':
      return t('models.tooLittleMemory', { needed: formatBytes(advice.neededBytes), have: formatBytes(advice.haveBytes) })
    case 'too-little-disk':
      return t('models.tooLittleDisk', { needed: formatBytes(advice.neededBytes), free: formatBytes(advice.freeBytes) })
    case 'fits': {
      const fits = t('models.fits', { tokens: formatNumber(advice.tokens) })
      return advice.why === null ? fits : `${fits} ${t(`models.why.${advice.why}`)}`
    }
  }
}
