import type { SkipReason } from '@yudai/contract';
import { categoryOf } from '#codebase/classify/categories.ts';
import type { ClassifiedEntry } from '#codebase/classify/classify-entries.ts';
import type { SnapshotEntry, SnapshotSummary } from '#codebase/facts.ts';
import type { FactsHead } from '#codebase/pack-facts.ts';

/** One line of the listing, from what the path told and what reading found. */
export function toEntry(item: ClassifiedEntry, heads: ReadonlyMap<string, FactsHead>): SnapshotEntry {
  const { path, blob, kind, size } = item.entry;
  const head = item.task === null ? undefined : heads.get(item.task.key);
  const skipped = item.skipped ?? (head === undefined ? 'unreadable' : head.skipped);
  const language = head?.language ?? item.language;
  return {
    path,
    blob,
    kind: kind === 'executable' ? 'file' : kind,
    size: size ?? 0,
    language,
    category: language === item.language ? item.category : categoryOf(path, language),
    lines: head?.lines ?? 0,
    tokens: head?.tokens ?? 0,
    skipped,
    facts: skipped === null ? (head?.key ?? null) : null,
  };
}

/** Counts of a listing; a blob that stands at two paths counts twice, as its files do. */
export function summarise(
  entries: readonly SnapshotEntry[],
  heads: ReadonlyMap<string, FactsHead>,
  run: { readonly parsed: number; readonly ms: number },
): SnapshotSummary {
  const indexed = entries.filter(({ skipped }) => skipped === null);
  const facts = indexed.flatMap((entry) => heads.get(entry.facts ?? '') ?? []);
  const skipped: Partial<Record<SkipReason, number>> = {};
  for (const { skipped: reason } of entries) if (reason !== null) skipped[reason] = (skipped[reason] ?? 0) + 1;
  return {
    files: entries.length,
    indexed: indexed.length,
    bytes: sum(entries.map(({ size }) => size)),
    tokens: sum(facts.map(({ tokens }) => tokens)),
    symbols: sum(facts.map(({ definitionCount }) => definitionCount)),
    imports: sum(facts.map(({ importCount }) => importCount)),
    chunks: sum(facts.map(({ chunkCount }) => chunkCount)),
    parsed: run.parsed,
    skipped,
    languages: languagesOf(indexed),
    ms: run.ms,
  };
}

/** Largest first. */
function languagesOf(entries: readonly SnapshotEntry[]): SnapshotSummary['languages'] {
  const sizes = new Map<string, { language: string; files: number; bytes: number }>();
  for (const { language, size } of entries) {
    if (language === null) continue;
    const seen = sizes.get(language) ?? { language, files: 0, bytes: 0 };
    sizes.set(language, { language, files: seen.files + 1, bytes: seen.bytes + size });
  }
  return [...sizes.values()].toSorted((a, b) => b.bytes - a.bytes || (a.language < b.language ? -1 : 1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
