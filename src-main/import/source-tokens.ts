import { randomBytes } from 'node:crypto'
import type { AppRoute } from '../protocol'

/** One-time addresses of files: the ingest page never learns a path, and cannot ask for a file twice. */
export interface SourceTokens {
  issue(path: string): string
  readonly route: AppRoute
}

export function createSourceTokens(): SourceTokens {
  const paths = new Map<string, string>()
  return {
    issue(path) {
      const token = randomBytes(24).toString('hex')
      paths.set(token, path)
      return `app://longleaf/source/${token}`
    },
    route: async ([token = '', ...rest]) => {
      const path = paths.get(token)
      paths.delete(token)
      return path === undefined || rest.length > 0 ? null : { kind: 'file', path, type: 'application/octet-stream' }
    },
  }
}
