import type { ImportId, ImportItem } from '../contract/imports'

/** The items of the queue as they are now, and those who want to hear of them. */
export interface ItemList {
  readonly all: readonly ImportItem[]
  get(id: ImportId): ImportItem | undefined
  set(item: ImportItem): void
  delete(id: ImportId): void
  /** Tells everyone that the item is like this now. */
  tell(item: ImportItem): void
  onChange(listener: (item: ImportItem) => void): () => void
  /** Resolves when an item that is there has come to an end. */
  settled(item: ImportItem): Promise<ImportItem>
}

export const isOpen = ({ state }: ImportItem): boolean => state === 'queued' || state === 'importing'

export function createItemList(publish: (item: ImportItem) => void): ItemList {
  const items = new Map<ImportId, ImportItem>()
  const listeners = new Set<(item: ImportItem) => void>()
  const waiting = new Map<ImportId, Set<(item: ImportItem) => void>>()
  return {
    get all() {
      return [...items.values()]
    },
    get: (id) => items.get(id),
    set: (item) => void items.set(item.id, item),
    delete: (id) => void items.delete(id),
    tell(item) {
      publish(item)
      for (const listener of listeners) listener(item)
      if (isOpen(item)) return
      for (const resolve of waiting.get(item.id) ?? []) resolve(item)
      waiting.delete(item.id)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    settled: (item) =>
      isOpen(item) ? new Promise((resolve) => waiting.set(item.id, (waiting.get(item.id) ?? new Set()).add(resolve))) : Promise.resolve(item),
  }
}
