export type { Answer, AnswerId, Citation, Conversation, ConversationId, ConversationSummary, Coverage, Statement } from '../../src-main/contract/answer'
export type { Box, DocumentId, DocumentState, OutlineEntry, Span } from '../../src-main/contract/document'
export type { DocumentDetail, DocumentSummary, SearchResult, UnitMarks } from '../../src-main/contract/library'
