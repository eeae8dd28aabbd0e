/** A model's name without what every chat model is called after. */
export const shortTitle = (title: string): string => title.replace(/-(instruct|chat)$/i, '')
