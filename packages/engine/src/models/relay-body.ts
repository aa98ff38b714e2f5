import type { ModelProvider } from '@yudai/contract';
import { isRecord } from '#codebase/graph/resolve/untrusted.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * What would have the provider itself reach somewhere, look into the account, or charge by another price: whoever asks through the relay
 * reaches its model, and nothing else by way of it.
 */
const leftOut: Readonly<Record<ModelProvider, ReadonlySet<string>>> = {
  openai: new Set(['web_search_options', 'prompt', 'conversation', 'background', 'service_tier']),
  openrouter: new Set(['plugins', 'web_search_options', 'models', 'provider', 'preset', 'route', 'service_tier']),
  compatible: new Set(['web_search_options', 'prompt', 'conversation', 'background', 'service_tier']),
  anthropic: new Set(['mcp_servers', 'container', 'service_tier', 'speed']),
  google: new Set(['cachedContent', 'serviceTier']),
};

/** Tools that a provider only asks for, and whoever called it runs. */
const askedOnly = /^(?:function|custom|namespace|tool_search|local_shell|shell|apply_patch)$/;
const askedOnlyAnthropic = /^(?:custom|(?:bash|text_editor|computer|memory|tool_search_tool\w*)_\d{8})$/;

/** The body as it goes on to a provider, for the one model that was chosen; or why it does not, for the program. */
export function relayBody(
  provider: ModelProvider,
  id: string,
  path: string,
  body: Body,
): { readonly body: string } | { readonly refusal: string } {
  const kept: Record<string, unknown> = Object.fromEntries(
    Object.entries(body).filter(([name]) => !leftOut[provider].has(name)),
  );
  if (namesAnAddress(kept)) return { refusal: 'Files have to be sent along: the model opens no addresses here.' };
  if (Array.isArray(kept['tools'])) kept['tools'] = runHere(provider, kept['tools']);
  if (Array.isArray(kept['tools']) && kept['tools'].length === 0) {
    delete kept['tools'];
    delete kept['tool_choice'];
  }
  // Programs ask small models of their own for titles and the like; whoever started them has chosen one.
  if (provider !== 'google') kept['model'] = id;
  if (path === 'chat/completions' && body['stream'] === true) kept['stream_options'] = { include_usage: true };
  return { body: JSON.stringify(kept) };
}

/** The tools without those that the provider would run. */
function runHere(provider: ModelProvider, tools: readonly unknown[]): unknown[] {
  return tools.flatMap((tool): unknown[] => {
    if (!isRecord(tool)) return [];
    if (provider === 'google') {
      const functions = tool['functionDeclarations'] ?? tool['function_declarations'];
      return functions === undefined ? [] : [{ functionDeclarations: functions }];
    }
    const { type, environment, tools: inner } = tool;
    if (provider === 'anthropic') {
      return type === undefined || (typeof type === 'string' && askedOnlyAnthropic.test(type)) ? [tool] : [];
    }
    if (typeof type !== 'string' || !askedOnly.test(type)) return [];
    // A shell of the provider's own has a machine there.
    if (isRecord(environment) && environment['type'] !== 'local') return [];
    return [Array.isArray(inner) ? { ...tool, tools: runHere(provider, inner) } : tool];
  });
}

const addressed = /^(?:url|image_url|file_url|fileUri|file_uri)$/;

/** Whether a part of a message is something that the provider would fetch: a picture or a file by its address. */
function namesAnAddress(value: unknown, depth = 0): boolean {
  if (depth > 12) return false;
  if (Array.isArray(value)) return value.some((one) => namesAnAddress(one, depth + 1));
  if (!isRecord(value)) return false;
  return Object.entries(value).some(([name, inner]) => {
    // Tools' inputs and answers are text to the model, whatever they are called.
    if (/^(?:tools|input_schema|parameters|arguments|args|functionCall|functionResponse)$/.test(name)) return false;
    if (name === 'input' && value['type'] === 'tool_use') return false;
    if (addressed.test(name) && typeof inner === 'string') return !inner.startsWith('data:');
    return namesAnAddress(inner, depth + 1);
  });
}
