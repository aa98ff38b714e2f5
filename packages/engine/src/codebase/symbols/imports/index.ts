import type { WrittenImport } from '#codebase/symbols/imports/written-import.ts';
import { parseRustUse } from '#codebase/symbols/imports/rust-use.ts';

/** What the text of one import statement asks for. */
export function parseImport(language: string, statement: string): WrittenImport[] {
  switch (language) {
    case 'TypeScript':
    case 'TSX':
    case 'JavaScript':
      return lastString(statement);
    case 'Python':
      return parsePython(statement);
    case 'Go':
      return one(/"([^"]+)"|`([^`]+)`/.exec(statement));
    case 'Rust':
      return parseRustUse(statement);
    case 'Java':
      return one(
        /^import\s+(?:static\s+)?([\w.]+(?:\.\*)?)\s*;/.exec(statement),
        /^import\s+static\s/.test(statement) ? ['static'] : [],
      );
    case 'C':
    case 'C++':
      return one(/#\s*include(?:_next)?\s*("[^"]+"|<[^>]+>)/.exec(statement));
    case 'C#':
      return one(/^(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([\w.]+)/.exec(statement));
    case 'Ruby':
      return parseRuby(statement);
    case 'PHP':
      return parsePhp(statement);
    default:
      return [];
  }
}

function lastString(statement: string): WrittenImport[] {
  const match = /(?:from\s*|^import\s*|require\s*\(\s*)(["'])([^"'\n]+)\1/m.exec(statement);
  return one(match?.slice(1));
}

function one(
  match: readonly (string | undefined)[] | null | undefined,
  names: readonly string[] = [],
): WrittenImport[] {
  const specifier = match?.slice(1).find((part) => part !== undefined && part !== '');
  return specifier === undefined ? [] : [{ specifier, names }];
}

/** `import a.b as c, d` and `from .a import b, c as d`. */
function parsePython(statement: string): WrittenImport[] {
  const plain = statement.replaceAll(/#[^\n]*/g, '').replaceAll(/[()\\]/g, ' ');
  const from = /^from\s+(\.*)\s*([\w.]*)\s+import\s+([\s\S]*)$/.exec(plain);
  if (from !== null) return [{ specifier: `${from[1] ?? ''}${from[2] ?? ''}`, names: namesOf(from[3] ?? '') }];
  const whole = /^import\s+([\s\S]*)$/.exec(plain);
  return namesOf(whole?.[1] ?? '').map((specifier) => ({ specifier, names: [] }));
}

function namesOf(list: string): string[] {
  return list.split(',').flatMap((part) => /^\s*([\w.*]+)/.exec(part)?.[1] ?? []);
}

function parseRuby(statement: string): WrittenImport[] {
  const match = /^(require_relative|require|load|autoload)\b[^"']*["']([^"']+)["']/.exec(statement);
  if (match?.[2] === undefined) return [];
  return [{ specifier: match[2], names: match[1] === 'require_relative' ? ['relative'] : [] }];
}

/** `use A\B, C\{D, E as F};` and `require __DIR__ . '/x.php'`. */
function parsePhp(statement: string): WrittenImport[] {
  if (!/^use\b/.test(statement)) {
    const match = /(__DIR__|dirname\(__FILE__\))?\s*\.?\s*["']([^"']+)["']/.exec(statement);
    return match?.[2] === undefined ? [] : [{ specifier: match[2], names: ['include'] }];
  }
  const list = statement.replace(/^use\s+(?:function\s+|const\s+)?/, '').replace(/;\s*$/, '');
  const group = /^\\?([\w\\]+)\\\{([\s\S]*)\}$/.exec(list.trim());
  const named =
    group === null ? list.split(',') : (group[2] ?? '').split(',').map((name) => `${group[1] ?? ''}\\${name.trim()}`);
  return named.flatMap((name) => {
    const specifier = /^\s*\\?([\w\\]+)/.exec(name)?.[1];
    return specifier === undefined || specifier.endsWith('\\') ? [] : [{ specifier, names: [] }];
  });
}
