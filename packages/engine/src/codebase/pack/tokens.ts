import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/** Tokens of a text as o200k_base counts them; special tokens in a repository's text are plain text. */
export function tokensOf(text: string): number {
  return countTokens(text, { allowedSpecial: new Set(), disallowedSpecial: new Set() });
}
