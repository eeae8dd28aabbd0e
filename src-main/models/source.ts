import { FailureError } from '../contract/failure'

/** Where a file is kept: on Hugging Face, or on a mirror with the same addresses. */
export interface FileSource {
  readonly repository: string
  readonly revision: string
  readonly file: string
}

const hub = 'https://huggingface.co'
/** Hosts that the hub and its mirrors hand files out from; each with all below it. */
export const deliveryHosts: readonly string[] = ['huggingface.co', 'hf.co']

/** Whether a host is this computer itself. */
export const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)

/** Nothing between two computers can read or change what comes from here. */
export const isSafe = ({ protocol, hostname }: URL): boolean => protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))

/**
 * The address that stands for the hub: the person's setting, `HF_ENDPOINT`, or the hub itself.
 * @throws FailureError `invalid-request` for one that is no address, or is not safe
 */
export function endpointOf(setting: string, env: Readonly<Record<string, string | undefined>>): URL {
  const chosen = setting.trim() || env['HF_ENDPOINT']?.trim() || hub
  const url = URL.canParse(chosen) ? new URL(chosen) : null
  if (url !== null && isSafe(url)) return url
  throw new FailureError('invalid-request', `Models cannot be downloaded from “${chosen.slice(0, 200)}”: an address that begins with https:// is needed. Change the mirror in the settings, or HF_ENDPOINT.`)
}

const below = (endpoint: URL, path: string): URL => new URL(`${endpoint.pathname.replace(/\/+$/, '')}/${path}`, endpoint)
const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

export const fileUrl = (endpoint: URL, { repository, revision, file }: FileSource): URL => below(endpoint, `${encoded(repository)}/resolve/${encoded(revision)}/${encoded(file)}`)

/** Where the hub lists the files of a revision, each with its size and hash. */
export const listUrl = (endpoint: URL, { repository, revision }: FileSource): URL => below(endpoint, `api/models/${encoded(repository)}/tree/${encoded(revision)}`)

/** Whether a server may send us on from one address to another: to itself or to the hosts that hand files out, never to what is not safe. */
export function mayFollow(from: URL, to: URL, hosts: readonly string[]): boolean {
  if (!isSafe(to) || (from.protocol === 'https:' && to.protocol !== 'https:')) return false
  return to.host === from.host || hosts.some((host) => to.hostname === host || to.hostname.endsWith(`.${host}`))
}
