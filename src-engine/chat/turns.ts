import type { ChatMessage } from '../protocol'

/** One turn of a conversation in which tools may be used. */
export type Turn = ChatMessage | ToolCall | Observation

/** The model asks for a tool; `content` are its arguments, in JSON. */
interface ToolCall {
  readonly role: 'assistant'
  readonly tool: string
  readonly content: string
}

/** What the tool gave. */
export interface Observation {
  readonly role: 'observation'
  readonly content: string
}

/** A function that the model may ask for, described as in OpenAI's interface; it is written to the prompt as it stands. */
export interface Tool {
  readonly name: string
  readonly [key: string]: unknown
}
