import type {
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4Reasoning,
  LanguageModelV4StreamPart,
  LanguageModelV4Text,
} from '@ai-sdk/provider';
import { BrokenAnswerError } from './model-error.ts';

/** Reads a stream to its end into one answer. Throws what the stream carries as its error. */
export async function collectAnswer(
  stream: ReadableStream<LanguageModelV4StreamPart>,
): Promise<LanguageModelV4GenerateResult> {
  const content: LanguageModelV4Content[] = [];
  const open = new Map<string, LanguageModelV4Text | LanguageModelV4Reasoning>();
  let warnings: LanguageModelV4GenerateResult['warnings'] = [];
  let response: LanguageModelV4GenerateResult['response'];
  for await (const part of stream) {
    switch (part.type) {
      case 'stream-start':
        warnings = part.warnings;
        break;
      case 'response-metadata':
        response = { ...response, ...part };
        break;
      case 'text-start':
      case 'reasoning-start':
      case 'text-delta':
      case 'reasoning-delta':
      case 'text-end':
      case 'reasoning-end':
        addPiece(content, open, part);
        break;
      case 'error':
        throw part.error;
      case 'finish':
        return {
          content: content.filter((piece) => !('text' in piece) || piece.text !== ''),
          finishReason: part.finishReason,
          usage: part.usage,
          warnings,
          ...(part.providerMetadata === undefined ? {} : { providerMetadata: part.providerMetadata }),
          ...(response === undefined ? {} : { response }),
        };
      case 'tool-input-start':
      case 'tool-input-delta':
      case 'tool-input-end':
      case 'ping':
      case 'raw':
        break;
      case 'custom':
      case 'file':
      case 'reasoning-file':
      case 'source':
      case 'tool-approval-request':
      case 'tool-call':
      case 'tool-result':
        content.push(part);
    }
  }
  throw new BrokenAnswerError('cut');
}

type Piece = Extract<
  LanguageModelV4StreamPart,
  { type: `${'text' | 'reasoning'}-${'start' | 'delta' | 'end'}`; id: string }
>;

/** Text and thinking come in pieces under an id; what the provider says of them may come with any piece. */
function addPiece(
  content: LanguageModelV4Content[],
  open: Map<string, LanguageModelV4Text | LanguageModelV4Reasoning>,
  part: Piece,
): void {
  const kind = part.type.startsWith('text') ? 'text' : 'reasoning';
  const key = `${kind}:${part.id}`;
  const known = open.get(key);
  const piece: LanguageModelV4Text | LanguageModelV4Reasoning = known ?? { type: kind, text: '' };
  if (known === undefined) {
    open.set(key, piece);
    content.push(piece);
  }
  if ('delta' in part) piece.text += part.delta;
  if (part.providerMetadata !== undefined) piece.providerMetadata = part.providerMetadata;
}
