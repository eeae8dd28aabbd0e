export type { Answer, AnswerId, Conversation, ConversationId, ConversationSummary, Coverage } from '../../src-main/contract/answer'
export type { Box, DocumentId, DocumentState, Span } from '../../src-main/contract/document'
export type { DocumentDetail, DocumentSummary, SearchResult } from '../../src-main/contract/library'
