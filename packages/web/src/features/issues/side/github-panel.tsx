import { Button } from '@mantine/core';
import type { Issue } from '@yudai/contract';
import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Side } from '#features/issues/editor/draft-differences.tsx';
import { differenceWords, githubWords } from '#features/issues/issue-words.ts';
import { GithubNumber } from '#features/issues/list/issue-table.tsx';
import { useIssueDeeds } from '#features/issues/use-issue-deeds.ts';
import { formatAgo } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { StateDot } from '#ui/state-dot.tsx';

interface Props {
  issue: Issue;
  github: NonNullable<Issue['github']>;
  mayWrite: boolean;
}

/** How the issue stands on GitHub, and what says something else there than what was published. */
export function GithubPanel({ issue, github, mayWrite }: Props): ReactNode {
  const now = useNow();
  const deeds = useIssueDeeds(issue);
  const { word, tone } = githubWords[github.state];
  const isAhead = issue.publishedVersion !== null && issue.publishedVersion !== issue.version;
  return (
    <section className="issue-panel" aria-labelledby="issue-github">
      <h2 id="issue-github">GitHub</h2>
      <div className="row">
        <GithubNumber github={{ ...github, changed: [] }} />
        <span className="truncate grow">{github.repository}</span>
        <StateDot tone={tone}>{word}</StateDot>
      </div>
      <div className="row">
        <span className="muted grow">As GitHub told {formatAgo(github.seenAt, now)}</span>
        {mayWrite && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<RotateCw size={12} aria-hidden="true" />}
            loading={deeds.isRefreshing}
            onClick={deeds.refresh}
          >
            Ask again
          </Button>
        )}
      </div>
      {isAhead && (
        <p className="muted">
          Version {issue.publishedVersion} is there. What was changed here since is not sent to GitHub.
        </p>
      )}
      {github.changed.length > 0 && (
        <div className="notice" role="status">
          <strong>Changed on GitHub: {github.changed.map(({ field }) => differenceWords[field]).join(', ')}</strong>
          <details>
            <summary>What differs there</summary>
            <dl className="issue-differences">
              {github.changed.map(({ field, published, onGithub }) => (
                <div key={field}>
                  <dt>{differenceWords[field]}</dt>
                  <Side name="Published" text={published} />
                  <Side name="On GitHub" text={onGithub} />
                </div>
              ))}
            </dl>
          </details>
          <p className="muted">What is written here stays as it is.</p>
        </div>
      )}
    </section>
  );
}
