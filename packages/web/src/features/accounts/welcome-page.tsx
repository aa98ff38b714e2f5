import { Button, SegmentedControl } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Account } from '@yudai/contract';
import { BookOpen, FolderGit2, Lightbulb } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import '#features/accounts/accounts.css';
import { skipWelcome } from '#features/accounts/kept.ts';
import { keepAccount } from '#features/accounts/keep-account.ts';
import { goalChoices, skillChoices } from '#features/accounts/words.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { usePageTitle } from '#lib/use-page-title.ts';
import { BareCard } from '#ui/bare-card.tsx';
import { ErrorLine } from '#ui/error-panel.tsx';

const route = getRouteApi('/welcome');
const icons = { build: Lightbulb, work: FolderGit2, learn: BookOpen };

type Goal = NonNullable<Account['goal']>;

/** One question after the first sign-in: what somebody came for. It can be left for later, and changed in the settings. */
export function WelcomePage(): ReactNode {
  const { next } = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const account = useAuthStatus()?.account ?? null;
  const [goal, setGoal] = useState<Goal>(account?.goal ?? 'work');
  const [skillLevel, setSkillLevel] = useState(account?.skillLevel ?? 'intermediate');
  usePageTitle('Welcome');

  const goOn = (chosen: Goal | null) => {
    if (next !== undefined) return navigate({ href: next, replace: true });
    return navigate({ ...links.projects(chosen === 'work' ? { connect: true } : {}), replace: true });
  };
  const save = useMutation(
    api.accounts.update.mutationOptions({
      onSuccess: (saved) => {
        keepAccount(queries, saved);
        return goOn(goal);
      },
    }),
  );
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ goal, skillLevel });
  };
  const onSkip = () => {
    if (account !== null) skipWelcome(account.id);
    void goOn(null);
  };
  const later = goalChoices.find((choice) => choice.value === goal)?.later ?? null;

  return (
    <BareCard title={`Welcome, ${account?.name ?? 'you'}`} isWide>
      <form className="welcome" onSubmit={onSubmit}>
        <GoalField value={goal} onChange={setGoal} />
        <p className="muted" role="status" hidden={later === null}>
          {later}
        </p>
        <div className="welcome-skill">
          <span className="section-title" id="skill-label">
            How much have you programmed?
          </span>
          <SegmentedControl
            aria-labelledby="skill-label"
            data={[...skillChoices]}
            value={skillLevel}
            onChange={setSkillLevel}
          />
        </div>
        {save.isError && <ErrorLine error={save.error} />}
        <div className="row welcome-actions">
          <Button variant="subtle" color="gray" onClick={onSkip}>
            Skip
          </Button>
          <Button type="submit" loading={save.isPending}>
            Continue
          </Button>
        </div>
      </form>
    </BareCard>
  );
}

function GoalField(props: { value: Goal; onChange: (goal: Goal) => void }): ReactNode {
  return (
    <fieldset className="welcome-goals">
      <legend className="section-title">What do you want to do first?</legend>
      {goalChoices.map(({ value, label, text, later }) => {
        const Icon = icons[value];
        return (
          <label key={value} className="welcome-goal">
            <input
              type="radio"
              name="goal"
              value={value}
              checked={props.value === value}
              onChange={() => props.onChange(value)}
            />
            <Icon size={16} aria-hidden="true" />
            <span className="grow">
              <span className="welcome-goal-name">
                {label}
                {later !== null && <span className="chip">Later version</span>}
              </span>
              <span className="muted">{text}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
