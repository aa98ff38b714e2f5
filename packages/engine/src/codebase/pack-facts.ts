import { type BlobFacts, type FactsPack, factsVersion } from '#codebase/facts.ts';

/** The part of the facts that a listing needs; reading heads costs a tenth of reading everything. */
export interface FactsHead extends Pick<
  BlobFacts,
  'key' | 'blob' | 'language' | 'skipped' | 'encoding' | 'lines' | 'bytes' | 'tokens'
> {
  readonly definitionCount: number;
  readonly importCount: number;
  readonly chunkCount: number;
}

interface Body extends Pick<BlobFacts, 'namespaces' | 'definitions' | 'imports' | 'chunks'> {
  /** Bytes of the term bags, -1 when there are none. */
  readonly terms: number;
}

const headerBytes = 8;

/** Three sections behind two lengths: heads and bodies as JSON, then the term bags one after another. */
export function packFacts(facts: readonly BlobFacts[]): FactsPack {
  const heads = Buffer.from(JSON.stringify(facts.map(toHead)));
  const bodies = Buffer.from(JSON.stringify(facts.map(toBody)));
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(heads.length, 0);
  header.writeUInt32LE(bodies.length, 4);
  const terms = facts.flatMap((fact) => (fact.terms === undefined ? [] : [fact.terms]));
  // Not from the pool: the bytes are transferred between threads.
  const joined = new Uint8Array(
    headerBytes + heads.length + bodies.length + terms.reduce((sum, bag) => sum + bag.length, 0),
  );
  let at = 0;
  for (const part of [header, heads, bodies, ...terms]) {
    joined.set(part, at);
    at += part.length;
  }
  return { version: factsVersion, keys: facts.map(({ key }) => key), bytes: joined };
}

/** All facts of a pack; `terms` are views into its bytes. Throws for a pack of another version. */
export function unpackFacts(pack: FactsPack): BlobFacts[] {
  const { buffer, headsEnd, bodiesEnd } = open(pack);
  // Boundary: our own bytes of our own version.
  const heads = readHeads(pack);
  const bodies = JSON.parse(buffer.toString('utf8', headsEnd, bodiesEnd)) as Body[];
  let at = bodiesEnd;
  return heads.map(({ definitionCount: _d, importCount: _i, chunkCount: _c, ...head }, index) => {
    const body = bodies[index] ?? { namespaces: [], definitions: [], imports: [], chunks: [], terms: -1 };
    const { terms: length, ...rest } = body;
    if (length < 0) return { ...head, ...rest };
    const terms = pack.bytes.subarray(at, at + length);
    at += length;
    return { ...head, ...rest, terms };
  });
}

/** What a listing needs of a pack. Throws for a pack of another version. */
export function readHeads(pack: FactsPack): FactsHead[] {
  const { buffer, headsEnd } = open(pack);
  // Boundary: our own bytes of our own version.
  return JSON.parse(buffer.toString('utf8', headerBytes, headsEnd)) as FactsHead[];
}

function open(pack: FactsPack): { buffer: Buffer; headsEnd: number; bodiesEnd: number } {
  if (pack.version !== factsVersion) throw new Error(`facts of version ${pack.version}, not ${factsVersion}`);
  const buffer = Buffer.from(pack.bytes.buffer, pack.bytes.byteOffset, pack.bytes.byteLength);
  const headsEnd = headerBytes + buffer.readUInt32LE(0);
  return { buffer, headsEnd, bodiesEnd: headsEnd + buffer.readUInt32LE(4) };
}

function toHead(fact: BlobFacts): FactsHead {
  const { key, blob, language, skipped, encoding, lines, bytes, tokens } = fact;
  return {
    key,
    blob,
    language,
    skipped,
    encoding,
    lines,
    bytes,
    tokens,
    definitionCount: fact.definitions.length,
    importCount: fact.imports.length,
    chunkCount: fact.chunks.length,
  };
}

function toBody({ namespaces, definitions, imports, chunks, terms }: BlobFacts): Body {
  return { namespaces, definitions, imports, chunks, terms: terms?.length ?? -1 };
}
