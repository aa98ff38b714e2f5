import { ActionIcon, Button, Slider } from '@mantine/core';
import type { MessagePart, StageRun } from '@yudai/contract';
import { ChevronLeft, ChevronRight, ChevronsRight, MessageSquareText } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { PartView } from '#features/chat/message-parts.tsx';
import type { Room } from '#features/solver/room.ts';
import { stageWords } from '#features/solver/solve-words.ts';
import type { StepPlace } from '#features/solver/steps.ts';
import type { Replay } from '#features/solver/use-replay.ts';
import { formatCost, formatNoun, formatShort } from '#lib/format.ts';
import { Empty } from '#ui/empty.tsx';
import { Tip } from '#ui/tip.tsx';

interface Props {
  room: Room;
  /** The step that is looked at. */
  picked: StepPlace | null;
  /** Null while it goes on. */
  replay: Replay | null;
}

/** What agents said and did, word for word. What has ended can be gone through again step by step, with nothing of later shown. */
export function TranscriptTab({ room, picked, replay }: Props): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const place = picked === null ? null : `${picked.key} ${picked.part}`;
  useEffect(() => {
    if (place === null) return;
    const part = box.current?.querySelector(`[data-part="${CSS.escape(place)}"]`);
    part?.scrollIntoView({ block: 'nearest' });
  }, [place]);
  const last = replay === null || replay.at === null ? null : (replay.places[replay.at] ?? null);
  const stages = stagesUntil(room, last);
  if (stages.every(({ parts }) => parts.length === 0)) {
    return (
      <Empty
        icon={MessageSquareText}
        title="Nobody has said anything yet"
        text="Agents write here what they think and do."
      />
    );
  }
  return (
    <div className="solve-transcript">
      {replay !== null && <ReplayBar replay={replay} />}
      <div className="solve-words" role="log" aria-label="Transcript" aria-live="off" tabIndex={0} ref={box}>
        {stages.map(({ run, parts }) => (
          <section key={run.key} aria-label={stageWords[run.stage].name}>
            <h3 className="section-title">
              {stageWords[run.stage].name} <span className="mono">{factsOf(run)}</span>
            </h3>
            {parts.map((part, index) => (
              <div
                key={index}
                data-part={`${run.key} ${index}`}
                data-picked={place === `${run.key} ${index}` || undefined}
                className="solve-part"
              >
                <PartView
                  part={part}
                  citations={[]}
                  isOpen={run.status === 'running' && index === parts.length - 1}
                  onOpen={stay}
                  onAttachment={stay}
                />
              </div>
            ))}
          </section>
        ))}
      </div>
    </div>
  );
}

function ReplayBar({ replay }: { replay: Replay }): ReactNode {
  const { places, at, goTo, leave } = replay;
  const count = places.length;
  return (
    <div className="solve-tool-bar solve-replay" role="group" aria-label="Step by step">
      <Tip label="Step before" keys="[">
        <ActionIcon aria-label="Step before" disabled={at === 0} onClick={() => goTo(at === null ? count - 1 : at - 1)}>
          <ChevronLeft size={14} />
        </ActionIcon>
      </Tip>
      <Slider
        className="grow"
        size="xs"
        min={1}
        max={Math.max(2, count)}
        disabled={count < 2}
        value={at === null ? count : at + 1}
        onChange={(value) => goTo(value - 1)}
        label={(value) => `Step ${value}`}
        thumbLabel="Step"
        thumbSize={14}
      />
      <Tip label="Next step" keys="]">
        <ActionIcon aria-label="Next step" disabled={at === count - 1} onClick={() => goTo(at === null ? 0 : at + 1)}>
          <ChevronRight size={14} />
        </ActionIcon>
      </Tip>
      <span className="mono muted solve-replay-count" role="status">
        {at === null ? formatNoun(count, 'step') : `${at + 1} of ${count}`}
      </span>
      {at !== null && (
        <Button
          variant="subtle"
          color="gray"
          rightSection={<ChevronsRight size={13} aria-hidden="true" />}
          onClick={leave}
        >
          Show all
        </Button>
      )}
    </div>
  );
}

interface StageParts {
  readonly run: StageRun;
  readonly parts: readonly MessagePart[];
}

/** Stages with their parts, up to this step. */
function stagesUntil(room: Room, last: StepPlace | null): StageParts[] {
  const all = room.solve.stages.map((run) => ({ run, parts: room.parts.get(run.key) ?? [] }));
  const end = last === null ? -1 : all.findIndex(({ run }) => run.key === last.key);
  if (last === null || end < 0) return all.filter(({ parts }) => parts.length > 0);
  return all
    .slice(0, end + 1)
    .map(({ run, parts }, index) => ({ run, parts: index === end ? parts.slice(0, last.part + 1) : parts }))
    .filter(({ parts }) => parts.length > 0);
}

function factsOf({ model, inputTokens, outputTokens, costMicros }: StageRun): string {
  const facts = [
    model,
    inputTokens + outputTokens === 0 ? null : `${formatShort(inputTokens)} in · ${formatShort(outputTokens)} out`,
    costMicros === null ? null : formatCost(costMicros),
  ];
  return facts.filter((fact) => fact !== null).join(' · ');
}

function stay(): void {
  // Places in the code are named in the text; nothing of them is open beside it.
}
