import type { FileCategory, SkipReason } from '@yudai/contract';
import type { TreeEntry } from '#checkout/index.ts';
import type { AttributesOf } from '#codebase/classify/attributes.ts';
import { categoryOf } from '#codebase/classify/categories.ts';
import { languageOfPath } from '#codebase/classify/languages.ts';
import { skipOfPath } from '#codebase/classify/skip.ts';
import { type BlobTask, taskOf } from '#codebase/workers/extract-facts.ts';

/** An entry with all that its path tells. */
export interface ClassifiedEntry {
  readonly entry: TreeEntry;
  readonly language: string | null;
  readonly category: FileCategory;
  readonly skipped: SkipReason | null;
  /** What is to be read; null exactly when it is skipped. */
  readonly task: BlobTask | null;
}

export function classifyEntries(entries: readonly TreeEntry[], attributesOf: AttributesOf): ClassifiedEntry[] {
  return entries.map((entry) => {
    const { path, kind, size, blob } = entry;
    const attributes = attributesOf(path);
    const language = kind === 'submodule' || kind === 'symlink' ? null : languageOfPath(path);
    const skipped = skipOfPath({ path, kind, size, attributes });
    const task = skipped === null ? taskOf(path, blob, language, attributes.generated === false) : null;
    return { entry, language, category: categoryOf(path, language), skipped, task };
  });
}
