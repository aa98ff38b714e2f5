import { Loader } from '@mantine/core';
import { solveStages } from '@yudai/contract';
import type { Solve, SolveStage, StageRun } from '@yudai/contract';
import {
  Bot,
  Brain,
  Check,
  CircleHelp,
  CirclePause,
  CircleSlash,
  FilePlus2,
  FileText,
  FlaskConical,
  Info,
  MessageSquareText,
  Package,
  Pencil,
  Search,
  Send,
  ShieldCheck,
  SquareTerminal,
  Wrench,
  X,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { isEnded, stageStatusWords, stageWords, stopWords } from '#features/solver/solve-words.ts';
import { isSamePlace } from '#features/solver/steps.ts';
import type { StageSteps, Step, StepKind, StepPlace } from '#features/solver/steps.ts';
import { formatCost, formatDuration, formatNoun } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { moveFocus } from '#ui/move-focus.ts';

interface Props {
  solve: Solve;
  stages: readonly StageSteps[];
  picked: StepPlace | null;
  onPick: (place: StepPlace) => void;
}

/** Every stage with one line for each step in it. The arrow keys move between the steps, Enter shows what happened. */
export function StageRail({ solve, stages, picked, onPick }: Props): ReactNode {
  const end = useFollow(stages, !isEnded(solve));
  return (
    <nav className="solve-rail" aria-label="Stages and steps" onKeyDown={moveFocus} ref={end}>
      <ol className="solve-stages">
        {stages.map(({ run, steps }) => (
          <Stage key={run.key} {...{ run, steps, picked, onPick, hasSeveral: solve.settings.attempts.length > 1 }} />
        ))}
        {comingStages(solve).map((stage) => (
          <li key={stage} className="solve-stage" data-status="coming">
            <div className="solve-stage-head">
              <StageIcon stage={stage} />
              <span className="grow">
                {stageWords[stage].name}
                <span className="visually-hidden"> comes later</span>
              </span>
            </div>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Stage(props: StageSteps & Pick<Props, 'picked' | 'onPick'> & { hasSeveral: boolean }): ReactNode {
  const { run, steps, picked, onPick } = props;
  const stop = run.stop === null ? null : stopWords[run.stop];
  const isOneOfSeveral = props.hasSeveral && (run.stage === 'coder' || run.stage === 'verify');
  return (
    <li className="solve-stage" data-status={run.status}>
      <div className="solve-stage-head">
        <StageIcon stage={run.stage} />
        <span className="grow">
          <strong>{stageWords[run.stage].name}</strong>
          {isOneOfSeveral && <span className="muted"> attempt {run.attempt}</span>}
          {run.go > 1 && <span className="muted"> again</span>}
        </span>
        <StageStatus run={run} />
        <Elapsed run={run} />
      </div>
      {run.model !== null && (
        <p className="solve-stage-note mono muted truncate">
          {run.model} · {formatNoun(run.steps, 'step')}
          {run.costMicros === null ? '' : ` · ${formatCost(run.costMicros)}`}
        </p>
      )}
      <ol className="solve-steps">
        {steps.map((step) => (
          <li key={step.part}>
            <StepLine
              step={step}
              isPicked={isSamePlace(picked, { key: run.key, part: step.part })}
              onPick={() => onPick({ key: run.key, part: step.part })}
            />
          </li>
        ))}
      </ol>
      {run.summary !== '' && <p className="solve-stage-note">{run.summary}</p>}
      {stop !== null && <p className="solve-stage-note solve-stop">{stop}</p>}
      {run.trespasses.length > 0 && (
        <p className="solve-stage-note solve-stop">
          Put back, because it may not change them: {run.trespasses.join(', ')}
        </p>
      )}
    </li>
  );
}

function StepLine(props: { step: Step; isPicked: boolean; onPick: () => void }): ReactNode {
  const { step, isPicked, onPick } = props;
  return (
    <button type="button" className="solve-step" aria-current={isPicked ? 'step' : undefined} onClick={onPick}>
      <span className="solve-step-icon" data-state={step.state}>
        <StepIcon step={step} />
      </span>
      <span className="grow">
        <span className={step.kind === 'run' ? 'mono truncate solve-step-title' : 'truncate solve-step-title'}>
          {step.title}
        </span>
        {step.detail !== '' && <span className="muted truncate solve-step-detail">{step.detail}</span>}
      </span>
      {step.ms !== null && <span className="mono muted">{formatDuration(step.ms)}</span>}
    </button>
  );
}

const stepIcons: Record<StepKind, LucideIcon> = {
  read: FileText,
  search: Search,
  run: SquareTerminal,
  test: FlaskConical,
  edit: Pencil,
  write: FilePlus2,
  submit: Send,
  ask: CircleHelp,
  say: MessageSquareText,
  think: Brain,
  note: Info,
  other: Wrench,
};

function StepIcon({ step }: { step: Step }): ReactNode {
  if (step.state === 'running') return <Loader size={11} role="img" aria-label="running" />;
  if (step.state === 'failed') return <X size={12} aria-label="failed" />;
  const Icon = stepIcons[step.kind];
  return <Icon size={12} aria-hidden="true" />;
}

const stageIcons: Record<SolveStage, LucideIcon> = {
  prepare: Package,
  architect: Bot,
  tester: FlaskConical,
  coder: Pencil,
  verify: ShieldCheck,
};

function StageIcon({ stage }: { stage: SolveStage }): ReactNode {
  const Icon = stageIcons[stage];
  return <Icon size={14} className="solve-stage-icon" aria-hidden="true" />;
}

function StageStatus({ run }: { run: StageRun }): ReactNode {
  const { word, tone } = stageStatusWords[run.status];
  return (
    <span className="solve-stage-status" data-tone={tone}>
      {run.status === 'running' && <Loader size={11} role="img" aria-label={word} />}
      {run.status === 'waiting' && <CirclePause size={13} aria-label={word} />}
      {run.status === 'done' && <Check size={13} aria-label={word} />}
      {run.status === 'failed' && <X size={13} aria-label={word} />}
      {run.status === 'cancelled' && <CircleSlash size={13} aria-label={word} />}
    </span>
  );
}

function Elapsed({ run }: { run: StageRun }): ReactNode {
  const now = useNow(1000);
  const end = run.finishedAt === null ? now : new Date(run.finishedAt).getTime();
  return <span className="mono muted">{formatDuration(Math.max(0, end - new Date(run.startedAt).getTime()))}</span>;
}

/** Stages that have not begun, as far as they will still come. */
function comingStages(solve: Solve): SolveStage[] {
  if (isEnded(solve)) return [];
  const begun = new Set(solve.stages.map(({ stage }) => stage));
  const last = Math.max(-1, ...[...begun].map((stage) => solveStages.indexOf(stage)));
  return solveStages.filter((stage, place) => place > last && !begun.has(stage));
}

/** Keeps the newest step in sight, as long as nobody has scrolled away from it. */
function useFollow(stages: readonly StageSteps[], isLive: boolean) {
  const box = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const count = stages.reduce((sum, { steps }) => sum + steps.length + 1, 0);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const onScroll = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 60;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, []);
  useEffect(() => {
    if (isLive && isAtEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [count, isLive]);
  return box;
}
