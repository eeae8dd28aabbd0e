import type { ImportItem } from '../../src-main/contract/imports'
import { t } from '../locales/words'
import { tell, type World } from './world'

/** Says why a file did not come in, and which it was where the sentence does not. */
export function tellImportFailure(world: World, { fileName, failure }: ImportItem): void {
  const why = failure?.message ?? ''
  tell(world, why.includes(fileName) ? why : t('library.couldNotAdd', { name: fileName, why }), 'bad')
}
