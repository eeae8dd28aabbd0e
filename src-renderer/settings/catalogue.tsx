import { FolderOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ModelSummary } from '../../src-main/contract/model'
import { useActions, useApp } from '../ui/app-context'
import { TextButton } from '../ui/button'
import { formatNumber } from '../ui/format'
import { t } from '../locales/words'
import { ModelLine } from './model-line'
import './catalogue.css'

/** The models that there are, those of one family together; the recommended family and what is installed stand first. */
export function Catalogue(): ReactNode {
  const models = useApp((state) => state.models)
  const chosen = useApp((state) => state.layout.settings.model)
  const actions = useActions()
  return (
    <section className="settings-part">
      <div className="catalogue-top">
        <h3>{t('settings.model')}</h3>
        <TextButton onPress={() => void actions.models.chooseFile()}><FolderOpen aria-hidden /> {t('models.bring')}</TextButton>
      </div>
      {models.length === 0 && <p>{t('settings.noModels')}</p>}
      {familiesOf(models).map((family) => (
        <div key={family.name} className="family" role="group" aria-label={family.name}>
          <h4>{family.name}</h4>
          <p className="family-facts">{family.facts}</p>
          <Files models={family.models} chosen={chosen} />
        </div>
      ))}
    </section>
  )
}

/** The file to take and what is on this computer or on its way; the others on request. */
function Files({ models, chosen }: { readonly models: readonly ModelSummary[]; readonly chosen: string }): ReactNode {
  const downloads = useApp((state) => state.downloads)
  const [shown, others] = partFiles(models, downloads.map(({ name }) => name))
  const lines = (some: readonly ModelSummary[]): ReactNode => <ul className="models">{some.map((model) => <ModelLine key={model.name} model={model} isChosen={model.name === chosen} />)}</ul>
  return (
    <>
      {lines(shown)}
      {others.length > 0 && <details><summary>{t('models.others', { count: others.length, shown: formatNumber(others.length) })}</summary>{lines(others)}</details>}
    </>
  )
}

/** What is shown at once: what is installed, begun, underway or recommended; where that is nothing, the first. */
export function partFiles(models: readonly ModelSummary[], underway: readonly string[]): readonly [readonly ModelSummary[], readonly ModelSummary[]] {
  const isNear = ({ name, installed, recommended, download }: ModelSummary): boolean => installed || recommended || download !== null || underway.includes(name)
  const near = models.some(isNear) ? models.filter(isNear) : models.slice(0, 1)
  return [near, models.filter((model) => !near.includes(model))]
}

interface Family {
  readonly name: string
  /** Who made it, and under which licence. */
  readonly facts: string
  readonly models: readonly ModelSummary[]
}

export function familiesOf(models: readonly ModelSummary[]): readonly Family[] {
  const weight = (family: Family): number =>
    family.models.some(({ recommended }) => recommended) ? 0 : family.models.some(({ installed }) => installed) ? 1 : 2
  const names = [...new Set(models.map(({ family }) => family))]
  const families = names.map((name): Family => {
    const members = models.filter(({ family }) => family === name)
    const [first] = members
    const facts = [first?.madeBy ?? null, first === undefined ? null : t('settings.licence', { licence: first.licence })]
    return { name, facts: facts.filter((fact) => fact !== null).join(' · '), models: members }
  })
  return families.sort((a, b) => weight(a) - weight(b))
}
