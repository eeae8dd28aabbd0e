/**
 * Numbers that were fitted, not reasoned: on development halves of SQuAD and HotpotQA (100 questions each with SmolLM2-135M, 60 and 39 with Qwen-0.5B), on
 * the English cases that ship with the app and on a French text with English questions. No figure of `npm run eval -- citations` is from any of these.
 * `npm run eval -- weights` fits the heads of `resources/evidence-heads.json` and the weights of the signals anew.
 */

/**
 * Tokens of a statement beside which the question's looks count half: a short answer is found by what was asked, too. From 0.5 to 4 the development halves do
 * not tell (a question or two); it is small, so that a long answer's statements are not all drawn to what the question looked at.
 */
export const questionTokens = 1

/** How much z(BM25) counts beside z(looks). Between 1 and 2 the development halves do not tell; a softmax regression on them, with SmolLM2, gives 1.7. */
export const wordsWeight = 1.5

/**
 * From this share of question and statement on that one sentence holds, by weight of words, words can be compared. It was under 0.13 in 60 of 60 cases of
 * two languages, and over 0.3 in 192 of 200 of one.
 */
export const shareComparable = 0.3

/**
 * Of the logistic function in `likelihood.ts`: bias, mass, log-probability, share, asked. Their proportions are from 50 right SQuAD answers, 50 replaced ones
 * and 50 whose evidence was taken away, with SmolLM2; bias and scale (Platt 1999) from these and all other development answers.
 */
export const supportWeights = [-0.39, 1.57, 0.31, 2.98, 1.89] as const
