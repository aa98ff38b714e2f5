import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Issue } from '@yudai/contract';
import { useState } from 'react';
import { changesOf, type Draft, differingFields, draftOf, rebase, refusalOf } from '#features/issues/editor/draft.ts';
import { api, client } from '#lib/client.ts';

/** What was typed and is not saved, and the version it was made from. */
type Edits =
  | { readonly kind: 'fields'; readonly base: Issue; readonly draft: Draft }
  | { readonly kind: 'markdown'; readonly base: Issue; readonly text: string };

export type Editor = ReturnType<typeof useEditor>;

/**
 * Changes to an issue until they are saved. They name the version they were made from, so that nobody's words are lost: when the issue
 * moved on meanwhile, what was typed stays until the person has decided.
 */
export function useEditor(issue: Issue) {
  const queries = useQueryClient();
  const [edits, setEdits] = useState<Edits | null>(null);
  const save = useMutation({
    mutationFn: (sent: Edits) => client.issues.update(updateOf(sent)),
    onSuccess: (saved, sent) => {
      queries.setQueryData(keyOf(issue), saved);
      setEdits((now) => (now === null ? null : afterSaving(now, sent, saved)));
      return queries.invalidateQueries({ queryKey: api.issues.key() });
    },
    // Somebody was faster: what they wrote has to be seen.
    onError: () => queries.invalidateQueries({ queryKey: keyOf(issue) }),
  });
  const draft = edits?.kind === 'fields' ? edits.draft : draftOf(issue);
  const isBehind = edits !== null && edits.base.version !== issue.version && !save.isPending;

  return {
    draft,
    markdown: edits?.kind === 'markdown' ? edits.text : issue.markdown,
    /** How it is being changed; null while nothing is unsaved. */
    kind: edits?.kind ?? null,
    isDirty: edits !== null,
    /** The version that somebody saved meanwhile, with what it changed of the one this was made from; null when nobody did. */
    conflict: isBehind
      ? { base: edits.base, theirs: differingFields(draftOf(edits.base), draftOf(issue)), mine: minesOf(edits) }
      : null,
    refusal: edits?.kind === 'fields' ? refusalOf(edits.draft) : null,
    isSaving: save.isPending,
    error: isBehind ? null : save.error,
    change: (changes: Partial<Draft>) => setEdits((now) => changed(now, issue, changes)),
    changeMarkdown: (text: string) =>
      setEdits((now) => {
        const base = now?.base ?? issue;
        return text === base.markdown ? null : { kind: 'markdown', base, text };
      }),
    save: () => {
      if (edits !== null && !isBehind && !save.isPending) save.mutate(edits);
    },
    discard: () => {
      save.reset();
      setEdits(null);
    },
    /** Goes on from what is saved now, with what was typed on top of it. */
    keepMine: () => {
      save.reset();
      setEdits((now) => (now === null ? null : onTopOf(now, issue)));
    },
  };
}

function keyOf({ projectId, id }: Issue) {
  return api.issues.get.queryKey({ input: { projectId, id } });
}

function updateOf(edits: Edits) {
  const { projectId, id, version } = edits.base;
  const at = { projectId, id, version };
  return edits.kind === 'markdown'
    ? { ...at, markdown: edits.text }
    : { ...at, ...changesOf(draftOf(edits.base), edits.draft) };
}

function minesOf(edits: Edits) {
  return edits.kind === 'fields' ? differingFields(draftOf(edits.base), edits.draft) : null;
}

function changed(now: Edits | null, issue: Issue, changes: Partial<Draft>): Edits | null {
  if (now?.kind === 'markdown') return now;
  const base = now?.base ?? issue;
  const draft = { ...(now?.draft ?? draftOf(base)), ...changes };
  return differingFields(draftOf(base), draft).length === 0 ? null : { kind: 'fields', base, draft };
}

/** What was typed while it was being saved is not lost. */
function afterSaving(now: Edits, sent: Edits, saved: Issue): Edits | null {
  if (now.kind === 'markdown') {
    return sent.kind === 'markdown' && sent.text === now.text ? null : { ...now, base: saved };
  }
  if (sent.kind === 'markdown' || differingFields(sent.draft, now.draft).length === 0) return null;
  return { kind: 'fields', base: saved, draft: rebase(now.draft, sent.draft, draftOf(saved)) };
}

function onTopOf(now: Edits, latest: Issue): Edits | null {
  if (now.kind === 'markdown') return { ...now, base: latest };
  const draft = rebase(now.draft, draftOf(now.base), draftOf(latest));
  return differingFields(draftOf(latest), draft).length === 0 ? null : { kind: 'fields', base: latest, draft };
}
