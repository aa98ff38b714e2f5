import { Button } from '@mantine/core';
import { useEffect, useEffectEvent } from 'react';
import type { ReactNode } from 'react';
import type { Editor } from '#features/issues/editor/use-editor.ts';
import { Tip } from '#ui/tip.tsx';

/** While something is not saved: save it, also with Ctrl+S, or let go of it. */
export function SaveButtons({ editor, isTaken }: { editor: Editor; isTaken: boolean }): ReactNode {
  const isReady = editor.isDirty && editor.refusal === null && editor.conflict === null && !isTaken;
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    if (isReady) editor.save();
  });
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <span className="row">
      <span className="visually-hidden" role="status">
        {editor.isDirty ? 'There are changes that are not saved.' : ''}
      </span>
      {editor.isDirty && (
        <>
          {editor.refusal !== null && <span className="error-line issue-refusal truncate">{editor.refusal}</span>}
          <Button variant="subtle" color="gray" disabled={editor.isSaving} onClick={editor.discard}>
            Discard
          </Button>
          <Tip label="Save" keys="Ctrl S">
            <Button disabled={!isReady} loading={editor.isSaving} onClick={editor.save}>
              Save
            </Button>
          </Tip>
        </>
      )}
    </span>
  );
}
