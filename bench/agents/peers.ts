import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Another agent, how it is told where its model is, and how it is started without a person. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** What to run in a work tree; `home` is a folder of its own. */
  command(options: { readonly url: string; readonly home: string; readonly prompt: string }): {
    readonly program: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
  /** Its tool for one replacement in a file; null where it has none that takes a text to find. */
  readonly edit:
    | ((path: string, find: string, replace: string) => { name: string; input: Record<string, unknown> })
    | null;
}

/** Exact versions, so that figures of different days are of the same thing. */
const packages: Readonly<Record<string, { readonly name: string; readonly version: string }>> = {
  opencode: { name: 'opencode-ai', version: '1.18.33' },
  pi: { name: '@mariozechner/pi-coding-agent', version: '0.73.1' },
  cline: { name: 'cline', version: '3.0.65' },
  codex: { name: '@openai/codex', version: '0.169.0' },
};

/** Installs the agents that are asked for into a folder beside this repository's caches, the first time. Half a gigabyte each. */
export function installPeers(names: readonly string[], folder: string): Peer[] {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  return names.map((name) => {
    const wanted = packages[name];
    const make = commands[name];
    if (wanted === undefined || make === undefined)
      throw new Error(`There is no agent '${name}'. There are: ${Object.keys(packages).join(', ')}.`);
    const program = resolve(folder, 'node_modules/.bin', name);
    if (!existsSync(program)) {
      const args = [
        'install',
        '--ignore-scripts=false',
        '--no-audit',
        '--no-fund',
        '--save-exact',
        `${wanted.name}@${wanted.version}`,
      ];
      execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    }
    return { name, version: wanted.version, ...make(program) };
  });
}

type Made = Pick<Peer, 'command' | 'edit'>;

const commands: Readonly<Record<string, (program: string) => Made>> = {
  opencode: (program) => ({
    command: ({ url, home, prompt }) => ({
      program,
      args: ['run', '--format', 'json', '--auto', prompt],
      env: {
        HOME: home,
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
        OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
        OPENCODE_CONFIG_CONTENT: JSON.stringify({
          provider: {
            local: {
              npm: '@ai-sdk/openai-compatible',
              options: { baseURL: `${url}/v1`, apiKey: 'bench' },
              models: { bench: {} },
            },
          },
          model: 'local/bench',
          small_model: 'local/bench',
          enabled_providers: ['local'],
          autoupdate: false,
          share: 'disabled',
          permission: { '*': 'allow' },
        }),
      },
    }),
    edit: (filePath, oldString, newString) => ({ name: 'edit', input: { filePath, oldString, newString } }),
  }),
  pi: (program) => ({
    command: ({ url, home, prompt }) => {
      const folder = join(home, '.pi', 'agent');
      mkdirSync(folder, { recursive: true });
      const provider = { baseUrl: `${url}/v1`, api: 'openai-completions', apiKey: 'bench', models: [{ id: 'bench' }] };
      writeFileSync(join(folder, 'models.json'), JSON.stringify({ providers: { local: provider } }));
      const args = [
        '-p',
        '--mode',
        'json',
        '--provider',
        'local',
        '--model',
        'bench',
        '--offline',
        '--no-extensions',
        '--no-skills',
        prompt,
      ];
      return { program, args, env: { HOME: home } };
    },
    edit: (path, oldText, newText) => ({ name: 'edit', input: { path, edits: [{ oldText, newText }] } }),
  }),
  cline: (program) => ({
    command: ({ url, home, prompt }) => {
      execFileSync(
        program,
        ['auth', 'openai-compatible', '--apikey', 'bench', '--modelid', 'bench', '--baseurl', `${url}/v1`],
        {
          env: { PATH: process.env['PATH'] ?? '', HOME: home },
          stdio: 'ignore',
        },
      );
      const args = [
        '--json',
        '--auto-approve',
        'true',
        '--provider',
        'openai-compatible',
        '--model',
        'bench',
        '--compaction',
        'off',
        prompt,
      ];
      return { program, args, env: { HOME: home } };
    },
    edit: null,
  }),
  codex: (program) => ({
    command: ({ url, home, prompt }) => {
      const folder = join(home, '.codex');
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        join(folder, 'config.toml'),
        [
          'model = "bench"',
          'model_provider = "local"',
          '[model_providers.local]',
          'name = "local"',
          `base_url = "${url}/v1"`,
          'env_key = "BENCH_KEY"',
          'wire_api = "responses"',
        ].join('\n'),
      );
      const args = ['exec', '--skip-git-repo-check', '--sandbox', 'danger-full-access', '--json', prompt];
      return { program, args, env: { HOME: home, BENCH_KEY: 'bench' } };
    },
    edit: null,
  }),
};
