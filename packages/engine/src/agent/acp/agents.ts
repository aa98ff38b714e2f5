import type { CoderAgent, ModelProvider } from '@yudai/contract';

/** An agent of somebody else that speaks the Agent Client Protocol, and how it is pointed at the one model it may use. */
export interface AgentFacts {
  readonly label: string;
  readonly licence: string;
  /** What is installed for it, and about how much room it takes. */
  readonly packages: readonly string[];
  readonly megabytes: number;
  /** The providers whose wire format it speaks; the model of the coder has to be of one of them. */
  readonly providers: readonly ModelProvider[];
  /** Its program in `node_modules/.bin`, and what it is started with. */
  readonly program: string;
  readonly args: readonly string[];
  /** Keys are words without meaning: who asks through the relay needs none. `url` is where the relay is, without a slash at its end. */
  readonly env: (url: string, model: string) => Readonly<Record<string, string>>;
  /** Files below its home. */
  readonly files?: (url: string, model: string) => Readonly<Record<string, string>>;
  /** Lets it work without asking: the box is what holds it. */
  readonly mode?: string;
  readonly signIn?: string;
}

export type ForeignAgent = Exclude<CoderAgent, 'yudai'>;

const noKey = 'none-needed';

export const agentFacts: Readonly<Record<ForeignAgent, AgentFacts>> = {
  opencode: {
    label: 'opencode',
    licence: 'MIT',
    packages: ['opencode-ai@1.18.33'],
    megabytes: 360,
    providers: ['openai', 'openrouter', 'compatible'],
    program: 'opencode',
    args: ['acp'],
    env: (url, model) => ({
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        provider: {
          relay: {
            npm: '@ai-sdk/openai-compatible',
            options: { baseURL: url, apiKey: noKey },
            models: { [model]: {} },
          },
        },
        model: `relay/${model}`,
        small_model: `relay/${model}`,
        enabled_providers: ['relay'],
        autoupdate: false,
        share: 'disabled',
        permission: { '*': 'allow' },
      }),
    }),
  },
  claude: {
    label: 'Claude Code',
    licence: 'proprietary: Anthropic’s terms',
    packages: ['@agentclientprotocol/claude-agent-acp@0.100.0'],
    megabytes: 390,
    providers: ['anthropic'],
    program: 'claude-agent-acp',
    args: [],
    env: (url, model) => ({
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: noKey,
      ANTHROPIC_MODEL: model,
      // Whom it would ask for small things and by name: what it sends has to fit the one that answers.
      ANTHROPIC_DEFAULT_OPUS_MODEL: model,
      ANTHROPIC_DEFAULT_SONNET_MODEL: model,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
      CLAUDE_CODE_SUBAGENT_MODEL: model,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      IS_SANDBOX: '1',
    }),
    mode: 'bypassPermissions',
  },
  codex: {
    label: 'Codex',
    licence: 'Apache-2.0',
    packages: ['@agentclientprotocol/codex-acp@2.6.0'],
    megabytes: 460,
    providers: ['openai'],
    program: 'codex-acp',
    args: [],
    env: () => ({ CODEX_API_KEY: noKey, OPENAI_API_KEY: noKey }),
    files: (url, model) => ({
      '.codex/config.toml': [
        `model = ${JSON.stringify(model)}`,
        'model_provider = "relay"',
        'check_for_update_on_startup = false',
        'web_search = "disabled"',
        '[analytics]',
        'enabled = false',
        '[features]',
        'apps = false',
        'image_generation = false',
        'plugins = false',
        'plugin_discovery_prefetch = false',
        'remote_plugin = false',
        '[model_providers.relay]',
        'name = "relay"',
        `base_url = ${JSON.stringify(url)}`,
        'env_key = "OPENAI_API_KEY"',
        'wire_api = "responses"',
        '',
      ].join('\n'),
    }),
    // Its own sandbox cannot be made within ours.
    mode: 'agent-full-access',
    signIn: 'api-key',
  },
  gemini: {
    label: 'Gemini CLI',
    licence: 'Apache-2.0',
    packages: ['@google/gemini-cli@0.61.0'],
    megabytes: 100,
    providers: ['google'],
    program: 'gemini',
    args: ['--acp', '--approval-mode', 'yolo'],
    env: (url, model) => ({
      GOOGLE_GEMINI_BASE_URL: url,
      GEMINI_API_KEY: noKey,
      GEMINI_MODEL: model,
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
    }),
    files: () => ({
      '.gemini/settings.json': JSON.stringify({
        security: { auth: { selectedType: 'gemini-api-key' } },
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
        privacy: { usageStatisticsEnabled: false },
      }),
    }),
  },
};
