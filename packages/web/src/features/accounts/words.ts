import type { Account, KeyScope } from '@yudai/contract';

type Skill = NonNullable<Account['skillLevel']>;
type Goal = NonNullable<Account['goal']>;

export const skillChoices: readonly { value: Skill; label: string }[] = [
  { value: 'beginner', label: 'Beginner' },
  { value: 'intermediate', label: 'Intermediate' },
  { value: 'advanced', label: 'Advanced' },
];

export interface GoalChoice {
  readonly value: Goal;
  readonly label: string;
  readonly text: string;
  /** Said of what this version cannot do yet; null for what it can. */
  readonly later: string | null;
}

export const goalChoices: readonly GoalChoice[] = [
  {
    value: 'build',
    label: 'Build from an idea',
    text: 'From a sentence to a repository that builds and is tested.',
    later: 'Building from an idea comes in a later version. Your projects page is where it will start.',
  },
  {
    value: 'work',
    label: 'Work on a repository',
    text: 'Understand code, search it, and follow what depends on what.',
    later: null,
  },
  {
    value: 'learn',
    label: 'Learn',
    text: 'Understand a codebase step by step, with questions instead of answers.',
    later: 'The mentor comes in a later version. Until then, connect a repository and read it with Yudai.',
  },
];

export const scopeWords: Readonly<Record<KeyScope, string>> = { read: 'Read', write: 'Change' };

const clients: Readonly<Record<string, string>> = {
  'yudai-cli': 'The Yudai command line',
  'yudai-mcp': 'Yudai’s MCP server',
};

/** Who asks to be signed in, from the client id it gives. */
export function clientWords(client: string): string {
  return Object.hasOwn(clients, client) ? (clients[client] ?? client) : client;
}

const browsers: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: readonly [RegExp, string][] = [
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** A browser's description of itself in a few words: `Firefox on Linux`; what is no browser keeps its first word. */
export function agentWords(userAgent: string | null): string {
  if (userAgent === null || userAgent.trim() === '') return 'Unknown device';
  const named = (list: readonly [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = named(browsers);
  const system = named(systems);
  if (browser !== undefined) return system === undefined ? browser : `${browser} on ${system}`;
  if (/^(?:yudai|node)\b/i.test(userAgent)) return 'Command line';
  return userAgent.split(/[\s/]/, 1)[0]?.slice(0, 40) ?? 'Unknown device';
}
