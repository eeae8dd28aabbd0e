import { FailureError } from '../contract/failure'
import { isLoopback } from './source'

type Environment = Readonly<Record<string, string | undefined>>

/** Either spelling is in use; programs that know both prefer the small one. */
const named = (env: Environment, name: string): string => (env[name.toLowerCase()] ?? env[name.toUpperCase()] ?? '').trim()

/**
 * The proxy that the environment asks for (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY); null where it says nothing. What is on this computer
 * is always reached directly.
 * @throws FailureError `invalid-request` for a proxy that does not speak HTTP
 */
function proxyInEnvironment(url: URL, env: Environment): URL | 'direct' | null {
  if (isLoopback(url.hostname) || isExempt(url, named(env, 'NO_PROXY'))) return 'direct'
  const value = named(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || named(env, 'ALL_PROXY')
  if (value === '') return null
  const address = value.includes('://') ? value : `http://${value}`
  const proxy = URL.canParse(address) ? new URL(address) : null
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy
  throw new FailureError('invalid-request', `The proxy “${address.replace(/\/\/[^@/]*@/, '//').slice(0, 200)}” cannot be used: Longleaf speaks to HTTP proxies. Change HTTPS_PROXY, or unset it.`)
}

/** The environment's word, else the system's. Null where the connection is direct. */
export async function chooseProxy(url: URL, env: Environment, system: (url: string) => Promise<string>): Promise<URL | null> {
  const named = proxyInEnvironment(url, env)
  if (named === 'direct') return null
  return named ?? proxyInList(await system(url.href))
}

/** The first proxy of a list such as the system gives ("PROXY host:port; DIRECT"), where it speaks HTTP. */
function proxyInList(list: string): URL | null {
  const [kind, address] = (list.split(';')[0] ?? '').trim().split(/\s+/)
  if (address === undefined || (kind !== 'PROXY' && kind !== 'HTTPS')) return null
  const proxy = `${kind === 'HTTPS' ? 'https' : 'http'}://${address}`
  return URL.canParse(proxy) ? new URL(proxy) : null
}

/** An entry of NO_PROXY stands for a host and all below it, with or without a dot before it, perhaps for one port alone; `*` for all. */
function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return noProxy.split(/[\s,]+/).filter((entry) => entry !== '').some((entry) => {
    const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    const suffix = name.replace(/^\*?\.?/, '')
    if (entry === '*') return true
    if (onlyPort !== undefined && onlyPort !== port) return false
    return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`))
  })
}
