/** Ids of documents are beginnings of their files' SHA-256. */
export const documentId = /^[0-9a-f]{4,64}$/
