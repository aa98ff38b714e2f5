import type { Scoring } from '../scoring.ts';

/** Commits whose messages are like the title touched the file. */
export const historyByTitle = ({ field }: Scoring): Float32Array => field('history').title;
export const historyByText = ({ field }: Scoring): Float32Array => field('history').boosted;

/** The names that the file defines are like the text. */
export const names = ({ field }: Scoring): Float32Array => field('names').boosted;

/** Its comments and strings are like the title. */
export const proseByTitle = ({ field }: Scoring): Float32Array => field('prose').title;

/** Its path is like the text. */
export const path = ({ field }: Scoring): Float32Array => field('path').boosted;
export const pathByTitle = ({ field }: Scoring): Float32Array => field('path').title;
