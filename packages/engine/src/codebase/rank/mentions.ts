/** A place in the code that a text names. */
export interface Mention {
  /** Segments of a path or dotted module, the file's name last, without its extension. */
  readonly segments: readonly string[];
  /** With its dot; null when the text names a module. */
  readonly extension: string | null;
  /** 1 when a stack trace names it; then `depth` counts from the innermost frame, 0. */
  readonly frame: boolean;
  readonly depth: number;
  readonly line: number | null;
}

const longestPath = 300;
const modulePattern = /\b[A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)+/g;
const framePatterns = [
  // Python, also as IPython prints it
  /File "([^"\n]+)", line (\d+)/g,
  /^File ([^\s:][^:\n]*\.py)(?::(\d+))?,? in /gm,
  /^(\/\S+|~\S+|[\w./-]+\.pyx?) in [\w<>.]+\(/gm,
  // JavaScript and TypeScript
  /^[ \t]*at (?:async )?(?:[^\n(]{0,200}\()?(?:file:\/\/|webpack:\/\/\/?)?([^\s():]+\.[cm]?[jt]sx?):(\d+)(?::\d+)?\)?/gm,
  // Java, Kotlin, Scala: the package comes from the method's name
  /^[ \t]*at ([\w$.]{1,200})\.[\w$<>]+\([\w$]+\.(?:java|kt|scala):(\d+)\)/gm,
  // Go
  /^[ \t]+(\/?\S{1,400}\.go):(\d+)(?: \+0x[0-9a-f]+)?/gm,
  // Rust
  /panicked at (?:'[^']*', )?([^\s:']+\.rs):(\d+)/g,
  /^[ \t]*at (\S{1,400}\.rs):(\d+)/gm,
  // C, C++ sanitizers and debuggers
  /^[ \t]*#\d+ .{0,200}? (?:at )?(\/?[\w./+-]+\.(?:c|cc|cpp|cxx|h|hpp)):(\d+)/gm,
  // Ruby, PHP
  /^[ \t]*(?:from )?(\S{1,400}\.rb):(\d+):in /gm,
  /^#\d+ (\S{1,400}\.php)\((\d+)\)/gm,
];
const forge =
  /https?:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+\/(?:-\/)?(?:blob|tree|blame|edit)\/[^/\s]+\/([^\s)#>\]"'?]+)(?:#L(\d+))?/g;

/** Files and modules that a text names: in stack traces, as paths, as dotted names, as links to a forge. */
export function mentionsIn(text: string): Mention[] {
  const mentions: Mention[] = framesIn(text);
  for (const [, path = '', line] of text.matchAll(forge)) mentions.push(toMention(path, line, false, 0));
  const plain = text.replaceAll(/\bhttps?:\/\/\S+/g, ' ');
  for (const { path, line } of pathsIn(plain)) mentions.push(toMention(path, line, false, 0));
  for (const [name] of plain.matchAll(modulePattern))
    mentions.push({ segments: name.split(/\.|::/), extension: null, frame: false, depth: 0, line: null });
  return distinct(mentions);
}

// Word by word, because one pattern over the whole text would try every place in a long run of slashes.
function pathsIn(text: string): { path: string; line: string | undefined }[] {
  return text.split(/[\s"'`()[\]{}<>,;=|*]+/).flatMap((word) => {
    if (word.length < 3 || word.length > longestPath) return [];
    const [, path = '', line] = /^(.*?\.[A-Za-z]\w{0,9})(?::(\d+))?(?::\d+)?[.:!?]*$/.exec(word) ?? [];
    return path === '' || !/[\w/\\]\.\w+$/.test(path) || path.includes('::') ? [] : [{ path, line }];
  });
}

function framesIn(text: string): Mention[] {
  const found = framePatterns.flatMap((pattern, kind) =>
    [...text.matchAll(pattern)].map(([, path = '', line], order) => ({ path, line, order, kind })),
  );
  // Python prints the innermost frame last, the others first.
  return found.map(({ path, line, order, kind }) => {
    const siblings = found.filter((other) => other.kind === kind).length;
    const depth = kind < 3 ? siblings - 1 - order : order;
    if (kind === 4) return { ...toModule(path), frame: true, depth, line: line === undefined ? null : Number(line) };
    return toMention(path, line, true, depth);
  });
}

function toModule(name: string): Pick<Mention, 'segments' | 'extension'> {
  return { segments: name.replace(/\$.*$/, '').split('.'), extension: null };
}

function toMention(path: string, line: string | undefined, frame: boolean, depth: number): Mention {
  const segments = path.split(/[\\/]+/).filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  const name = segments.pop() ?? '';
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : null;
  return {
    segments: [...segments, dot > 0 ? name.slice(0, dot) : name],
    extension,
    frame,
    depth,
    line: line === undefined ? null : Number(line),
  };
}

function distinct(mentions: readonly Mention[]): Mention[] {
  const byKey = new Map<string, Mention>();
  for (const mention of mentions) {
    const key = `${mention.segments.join('/')}${mention.extension ?? ''}:${mention.frame ? 'frame' : ''}`;
    const known = byKey.get(key);
    if (known === undefined || mention.depth < known.depth) byKey.set(key, mention);
  }
  return [...byKey.values()];
}
