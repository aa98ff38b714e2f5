/** Tokens (o200k_base) of a text. The encoder is large, so it is loaded when it is first needed. */
export async function tokensIn(text: string): Promise<number> {
  const { tokensOf } = await import('@yudai/engine/tokens');
  return tokensOf(text);
}
