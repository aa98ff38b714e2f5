import picomatch from 'picomatch';

/** What `.gitattributes` says of a file; undefined where it says nothing. */
export interface FileAttributes {
  readonly generated: boolean | undefined;
  readonly vendored: boolean | undefined;
}

interface Rule {
  readonly matches: (path: string) => boolean;
  readonly settings: Readonly<Record<string, boolean | undefined>>;
}

export type AttributesOf = (path: string) => FileAttributes;

/**
 * Reads attribute files (path → text) as git does: patterns are relative to their file's directory, later lines win over earlier ones,
 * deeper files over higher ones. Unlike in ignore files, a pattern matches files only and nothing negates.
 */
export function readAttributes(files: ReadonlyMap<string, string>): AttributesOf {
  const byDirectory = new Map<string, Rule[]>();
  for (const [path, text] of files) {
    const rules = text.split(/\r?\n/).flatMap(toRule);
    if (rules.length > 0) byDirectory.set(path.slice(0, Math.max(0, path.lastIndexOf('/'))), rules);
  }
  return (path) => {
    const said: Record<string, boolean | undefined> = {};
    for (const directory of byDirectory.size === 0 ? [] : directoriesAbove(path)) {
      const relative = directory === '' ? path : path.slice(directory.length + 1);
      for (const rule of byDirectory.get(directory) ?? [])
        if (rule.matches(relative)) Object.assign(said, rule.settings);
    }
    return { generated: said['generated'], vendored: said['vendored'] };
  };
}

/** From the root down to the file's own directory. */
function directoriesAbove(path: string): string[] {
  const directories = [''];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) directories.push(path.slice(0, at));
  return directories;
}

function toRule(line: string): Rule[] {
  const match = /^\s*("(?:[^"\\]|\\.)*"|\S+)\s+(.*)$/.exec(line);
  const written = match?.[1] ?? '';
  if (match === null || /^(?:#|!|\[attr\])/.test(written)) return [];
  const pattern = written.startsWith('"') ? written.slice(1, -1).replaceAll(/\\(.)/g, '$1') : written;
  const settings = Object.fromEntries((match[2] ?? '').split(/\s+/).flatMap(toSetting));
  if (Object.keys(settings).length === 0 || pattern.endsWith('/')) return [];
  return [{ matches: matcherOf(pattern), settings }];
}

function toSetting(word: string): [string, boolean | undefined][] {
  const match = /^([-!]?)linguist-(generated|vendored)(?:=(.*))?$/.exec(word);
  if (match === null) return [];
  const [, mark, name = '', value] = match;
  if (mark === '!') return [[name, undefined]];
  return [[name, mark !== '-' && value !== 'false' && value !== '0']];
}

function matcherOf(pattern: string): (path: string) => boolean {
  const options = { dot: true, nobrace: true, noextglob: true, nonegate: true };
  if (pattern.includes('/')) return picomatch(pattern.replace(/^\//, ''), options);
  const matches = picomatch(pattern, options);
  return (path) => matches(path.slice(path.lastIndexOf('/') + 1));
}
