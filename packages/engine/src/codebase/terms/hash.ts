/** FNV-1a over UTF-16 units with a final mix: 32 bits, the same on every machine, so bags written by one run are read by the next. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** 24 bits are plenty for a pair of words: a file has about a thousand, so a false match is one in ten thousand. */
export function pairHashOf(first: number, second: number): number {
  return mix(Math.imul(first, 0x9e3779b1) ^ second) >>> 8;
}

function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
