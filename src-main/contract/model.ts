/** A model as lists show it. */
export interface ModelSummary {
  /** Catalogue name, or the file's name for a model that a person brought. */
  readonly name: string
  readonly title: string
  readonly architecture: string
  readonly bytes: number
  /** Tokens that the model can have in view. */
  readonly context: number
  readonly licence: string
  readonly installed: boolean
  readonly recommended: boolean
  /** True for the small model that is only a first taste. */
  readonly starter: boolean
}

export type EngineStatus =
  | { readonly state: 'stopped' }
  | { readonly state: 'loading'; readonly model: string; readonly fraction: number }
  | { readonly state: 'ready'; readonly model: string; readonly starter: boolean }
  | { readonly state: 'restarting'; readonly model: string }
  | { readonly state: 'failed'; readonly model: string; readonly message: string }
