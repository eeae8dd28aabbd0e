import type { ReactNode } from 'react'

/** The sign of the app: one long leaf. */
export function Leaf(): ReactNode {
  return (
    <svg className="leaf-sign" viewBox="0 0 44 44" aria-hidden fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round">
      <path d="M6 38C8 18 20 7 39 5c-1 20-12 31-31 32M6 38c8-12 16-19 25-25" />
    </svg>
  )
}
