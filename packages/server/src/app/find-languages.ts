import { execFile } from 'node:child_process';
import { access, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { firstClosedFolder } from '@yudai/engine/sandbox';

const run = promisify(execFile);

/** How a language says where it is installed, whichever version manager has put it there. */
const languages = {
  python3: ['-c', 'import sys; print(sys.base_prefix)'],
  rustc: ['--print', 'sysroot'],
  go: ['env', 'GOROOT'],
  ruby: ['-e', 'puts RbConfig::CONFIG["prefix"]'],
};

export type Language = keyof typeof languages;

export interface LanguagesOptions {
  readonly home: string;
  /** Where this language says that it is; null where there is none. */
  readonly ask: (language: Language) => Promise<string | null>;
}

/**
 * The folders of languages that whoever runs Yudai has beside those of the system: pyenv, rustup, mise, asdf and the like keep each version in
 * one of its own. Only such a folder is seen in boxes; what lies beside it (credentials, settings, other tools) is not.
 */
export async function findLanguages(
  { home, ask }: LanguagesOptions = { home: homedir(), ask: askLanguage },
): Promise<string[]> {
  const names: readonly Language[] = ['python3', 'rustc', 'go', 'ruby'];
  const found = await Promise.all(
    names.map(async (name) => {
      const told = await ask(name);
      const folder = told === null ? null : await realpath(told).catch(() => null);
      return folder !== null && (await isItsOwn(folder, name, home)) ? folder : null;
    }),
  );
  return [...new Set(found.filter((folder) => folder !== null))];
}

/** Whether nothing but this language is in a folder, and boxes can reach it. What is below `/usr` is there in every box. */
async function isItsOwn(folder: string, name: Language, home: string): Promise<boolean> {
  if (folder === '/usr' || folder.startsWith('/usr/')) return false;
  const fromHome = relative(home, folder);
  const holdsHome = !relative(folder, home).startsWith('..');
  const depth = (fromHome.startsWith('..') ? folder.slice(1) : fromHome).split(sep).length;
  // `~/.local` and its like belong to everybody.
  if (holdsHome || depth < 2) return false;
  if (!(await exists(join(folder, 'bin', name)))) return false;
  // Passwords of private indexes are kept there.
  if (await exists(join(folder, 'pip.conf'))) return false;
  return process.getuid?.() !== 0 || (await firstClosedFolder(folder)) === null;
}

async function askLanguage(language: Language): Promise<string | null> {
  try {
    const { stdout } = await run(language, languages[language], { cwd: homedir(), timeout: 10_000 });
    return stdout.trim();
  } catch {
    // Projects of other languages do without.
    return null;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
