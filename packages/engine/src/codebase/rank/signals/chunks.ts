import type { Scoring } from '../scoring.ts';

/** The file's best three stretches of code are like the text. */
export const chunks = (scoring: Scoring): Float32Array => scoring.bestChunks('boosted');

/** The same for the title alone: a file that answers the first line. */
export const chunksByTitle = (scoring: Scoring): Float32Array => scoring.bestChunks('title');
