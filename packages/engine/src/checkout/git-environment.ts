import { devNull } from 'node:os';

/** Settings that hold for every run of git; nothing of the machine's, the person's or the repository's own config is wanted. */
const fixedConfig: Readonly<Record<string, string>> = {
  'core.hooksPath': devNull,
  'core.fsmonitor': 'false',
  'core.sshCommand': 'false',
  'core.askPass': '',
  'core.autocrlf': 'false',
  'core.attributesFile': devNull,
  'core.excludesFile': devNull,
  'core.symlinks': 'true',
  'core.protectNTFS': 'false',
  'core.protectHFS': 'false',
  'credential.helper': '',
  'diff.external': '',
  'diff.ignoreSubmodules': 'all',
  'diff.renames': 'false',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'transfer.bundleURI': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'log.showSignature': 'false',
  'advice.graftFileDeprecated': 'false',
  'safe.directory': '*',
};

/**
 * The whole environment of a git process: only PATH comes from ours. Without
 * `protocols` no network is possible, also not by a lazy fetch.
 */
export function gitEnvironment(options: {
  readonly config?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): Record<string, string> {
  const config = Object.entries({ ...fixedConfig, ...options.config });
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: devNull,
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_ALLOW_PROTOCOL: (options.protocols ?? ['none']).join(':'),
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_CONFIG_COUNT: String(config.length),
    ...options.env,
  };
  for (const [index, [key, value]] of config.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}
