import type { ReactNode } from 'react'
import './bar.css'

/** A thin progress bar. A null fraction means that the end is not known. */
export function ProgressBar({ label, fraction }: { readonly label: string; readonly fraction: number | null }): ReactNode {
  const percent = fraction === null ? null : Math.round(Math.min(1, Math.max(0, fraction)) * 100)
  return (
    <div className={`thin ${percent === null ? 'thin-unknown' : ''}`} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...(percent === null ? {} : { 'aria-valuenow': percent })}>
      <b style={{ width: `${percent ?? 30}%` }} />
    </div>
  )
}
