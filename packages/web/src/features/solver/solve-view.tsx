import { Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { may } from '@yudai/contract';
import type { Project, Solve } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { DiffTab } from '#features/solver/diff-tab.tsx';
import { FactsPanel } from '#features/solver/facts-panel.tsx';
import { GatePanel } from '#features/solver/gate-panel.tsx';
import { OutcomeBanner } from '#features/solver/outcome-banner.tsx';
import { mayChangePlan, PlanTab } from '#features/solver/plan/plan-tab.tsx';
import type { Room } from '#features/solver/room.ts';
import { SayBox } from '#features/solver/say-box.tsx';
import { SolveBar } from '#features/solver/solve-bar.tsx';
import { announcementOf, isEnded } from '#features/solver/solve-words.ts';
import { StageRail } from '#features/solver/stage-rail.tsx';
import { stepsOf } from '#features/solver/steps.ts';
import type { StepPlace } from '#features/solver/steps.ts';
import { TerminalTab } from '#features/solver/terminal-tab.tsx';
import { TestsTab } from '#features/solver/tests/tests-tab.tsx';
import { TranscriptTab } from '#features/solver/transcript-tab.tsx';
import { useReplay } from '#features/solver/use-replay.ts';
import { formatCount } from '#lib/format.ts';
import { solveTabs } from '#lib/search-params.ts';
import type { SolveTab } from '#lib/search-params.ts';
import { usePageTitle } from '#lib/use-page-title.ts';

interface Props {
  project: Project;
  room: Room;
  /** As the address says; without one, the one that tells most now. */
  tab: SolveTab | undefined;
  onTab: (tab: SolveTab) => void;
  onSolve: (solve: Solve) => void;
}

/** Stages and steps at the left, what came of them in the middle, facts at the right; in narrow windows all of it under tabs. */
export function SolveView({ project, room, tab, onTab, onSolve }: Props): ReactNode {
  const { solve } = room;
  const hasRail = useMediaQuery('(min-width: 820px)', true, { getInitialValueInEffect: false });
  const hasFacts = useMediaQuery('(min-width: 1180px)', true, { getInitialValueInEffect: false });
  const stages = stepsOf(solve, room.parts);
  const [isPlanOpen, setPlanOpen] = useState(false);
  // The next plan is another one.
  if (isPlanOpen && !mayChangePlan(solve)) setPlanOpen(false);
  const [picked, setPicked] = useState<StepPlace | null>(null);
  const replay = useReplay(stages, isEnded(solve), picked, (place) => {
    setPicked(place);
    onTab('transcript');
  });
  usePageTitle(`${solve.title} · ${project.name}`);
  const mayRun = may(project.role, 'solver.run');
  const hidden = [...(hasRail ? ['steps'] : []), ...(hasFacts ? ['about'] : [])];
  const wanted = tab ?? firstTab(solve);
  const shown = hidden.includes(wanted) ? firstTab(solve) : wanted;
  const rail = (
    <StageRail
      solve={solve}
      stages={stages}
      picked={picked}
      onPick={(place) => {
        setPicked(place);
        onTab('transcript');
      }}
    />
  );
  const facts = <FactsPanel project={project} solve={solve} />;
  return (
    <>
      <SolveBar project={project} solve={solve} onSolve={onSolve} />
      <p className="visually-hidden" role="status">
        {announcementOf(solve)}
      </p>
      <div className="solve" data-rail={hasRail} data-facts={hasFacts}>
        {hasRail && <div className="solve-left">{rail}</div>}
        <div className="solve-middle">
          <OutcomeBanner project={project} solve={solve} onSolve={onSolve} />
          <GatePanel solve={solve} isPlanOpen={isPlanOpen} onPlan={() => onTab('plan')} />
          <Tabs
            className="solve-tabs"
            value={shown}
            onChange={(value) => {
              const next = solveTabs.find((known) => known === value);
              if (next !== undefined) onTab(next);
            }}
            keepMounted={false}
          >
            <Tabs.List aria-label="About the solve">
              {!hasRail && <Tabs.Tab value="steps">Steps</Tabs.Tab>}
              <Tabs.Tab value="diff">
                Diff <Badge count={solve.changed.length} />
              </Tabs.Tab>
              <Tabs.Tab value="terminal">Terminal</Tabs.Tab>
              <Tabs.Tab value="tests">
                Tests <Badge count={solve.criteria.length} />
              </Tabs.Tab>
              <Tabs.Tab value="plan">Plan</Tabs.Tab>
              <Tabs.Tab value="transcript">Transcript</Tabs.Tab>
              {!hasFacts && <Tabs.Tab value="about">About</Tabs.Tab>}
            </Tabs.List>
            <Tabs.Panel value="steps">{rail}</Tabs.Panel>
            <Tabs.Panel value="diff">
              <DiffTab solve={solve} mayRun={mayRun} onSolve={onSolve} />
            </Tabs.Panel>
            <Tabs.Panel value="terminal">
              <TerminalTab room={room} />
            </Tabs.Panel>
            <Tabs.Panel value="tests">
              <TestsTab room={room} mayRun={mayRun} onSolve={onSolve} />
            </Tabs.Panel>
            {/* What is typed into the plan stays while something else is looked at. */}
            <Tabs.Panel value="plan" keepMounted={isPlanOpen}>
              <PlanTab {...{ solve, mayRun, onSolve }} isEditing={isPlanOpen} onEditing={setPlanOpen} />
            </Tabs.Panel>
            <Tabs.Panel value="transcript">
              <TranscriptTab room={room} picked={picked} replay={replay} />
            </Tabs.Panel>
            <Tabs.Panel value="about">{facts}</Tabs.Panel>
          </Tabs>
          {mayRun && <SayBox solve={solve} onSolve={onSolve} />}
        </div>
        {hasFacts && <div className="solve-right">{facts}</div>}
      </div>
    </>
  );
}

function Badge({ count }: { count: number }): ReactNode {
  return count === 0 ? null : <span className="mono muted">{formatCount(count)}</span>;
}

/** What tells most: the plan while it is made and agreed to, then the change, and what was shown when it is over. */
function firstTab(solve: Solve): SolveTab {
  if (solve.outcome === 'solved' || solve.outcome === 'unsolved') return solve.changed.length > 0 ? 'diff' : 'tests';
  if (solve.changed.length > 0) return 'diff';
  if (solve.plan !== null) return 'plan';
  return solve.stage === 'prepare' || solve.stage === null ? 'terminal' : 'transcript';
}
