import { useEffect, useState } from 'react'

/**
 * What a call resolves to, null until it does; while it is called anew, what it resolved to before.
 * @param call is made again where it is another function, and where `occasion` is another one
 */
export function useAsked<T>(call: () => Promise<T>, occasion = ''): T | null {
  const [found, setFound] = useState<{ readonly value: T } | null>(null)
  useEffect(() => {
    let isWanted = true
    void call().then((value) => {
      if (isWanted) setFound({ value })
    })
    return () => {
      isWanted = false
    }
  }, [call, occasion])
  return found?.value ?? null
}
