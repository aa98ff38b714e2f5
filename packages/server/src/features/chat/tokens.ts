/** Tokens (o200k_base) of a text. The table takes 20 MB, which nobody holds who never talks. */
export async function countTokens(text: string): Promise<number> {
  const { tokensOf } = await import('@yudai/engine/tokens');
  return tokensOf(text);
}
