import { Autocomplete, Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { issuePriorities, issuePriority, issueStatuses } from '@yudai/contract';
import type { IssueStatistics, Project } from '@yudai/contract';
import { Search } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { priorityWords } from '#features/issues/draft/chosen-facts.ts';
import { useRepositoryLabels } from '#features/issues/draft/use-repository-labels.ts';
import { statusWords } from '#features/issues/issue-words.ts';
import { formatCount } from '#lib/format.ts';
import { withParam } from '#lib/search-params.ts';
import type { IssuesSearch } from '#lib/search-params.ts';

interface Props {
  project: Project;
  search: IssuesSearch;
  statistics: IssueStatistics | undefined;
  onSearch: (next: IssuesSearch) => void;
}

/** What the list shows: by status with their counts, and by words, priority, label and day. All of it stands in the address. */
export function IssueFilters({ project, search, statistics, onSearch }: Props): ReactNode {
  const set = <K extends keyof IssuesSearch>(key: K, value: IssuesSearch[K] | undefined) =>
    onSearch(withParam(search, key, value));
  const labels = useRepositoryLabels(project);
  return (
    <div className="issue-filters" role="group" aria-label="Filters">
      <div className="issue-statuses">
        <Count
          label="All"
          count={statistics?.total}
          isOn={search.status === undefined && search.archived !== true}
          onPress={() => onSearch(withParam(withParam(search, 'status', undefined), 'archived', undefined))}
        />
        {issueStatuses.map((status) => (
          <Count
            key={status}
            label={statusWords[status].word}
            count={statistics?.byStatus[status]}
            isOn={search.status === status}
            onPress={() => set('status', search.status === status ? undefined : status)}
          />
        ))}
        <Count
          label="archived"
          count={statistics?.archived}
          isOn={search.archived === true}
          onPress={() => set('archived', search.archived === true ? undefined : true)}
        />
        {(statistics?.changedOnGithub ?? 0) > 0 && (
          <span className="muted">{formatCount(statistics?.changedOnGithub ?? 0)} changed on GitHub</span>
        )}
      </div>
      <Typed
        value={search.q ?? ''}
        onChange={(value) => set('q', value)}
        draw={(value, change) => (
          <TextInput
            aria-label="Words"
            placeholder="Words"
            leftSection={<Search size={13} aria-hidden="true" />}
            maxLength={200}
            value={value}
            onChange={(event) => change(event.target.value)}
          />
        )}
      />
      <Select
        aria-label="Priority"
        placeholder="Any priority"
        clearable
        clearButtonProps={{ 'aria-label': 'Any priority' }}
        data={issuePriorities.map((value) => ({
          value,
          label:
            statistics === undefined
              ? priorityWords[value]
              : `${priorityWords[value]} (${formatCount(statistics.byPriority[value])})`,
        }))}
        value={search.priority ?? null}
        onChange={(value) => set('priority', issuePriority.safeParse(value).data)}
      />
      <Typed
        value={search.label ?? ''}
        onChange={(value) => set('label', value)}
        draw={(value, change) => (
          <Autocomplete
            aria-label="Label"
            placeholder="Any label"
            size="xs"
            maxLength={50}
            data={labels}
            value={value}
            onChange={change}
          />
        )}
      />
      <TextInput
        type="date"
        aria-label="Changed since this day"
        leftSection="since"
        leftSectionWidth={44}
        value={search.since ?? ''}
        onChange={(event) => set('since', event.target.value === '' ? undefined : event.target.value)}
      />
      {Object.keys(search).length > 0 && (
        <Button variant="subtle" color="gray" onClick={() => onSearch({})}>
          Clear
        </Button>
      )}
    </div>
  );
}

function Count(props: { label: string; count: number | undefined; isOn: boolean; onPress: () => void }): ReactNode {
  return (
    <button type="button" className="chip" aria-pressed={props.isOn} onClick={props.onPress}>
      {props.label} <span className="mono muted">{props.count === undefined ? '' : formatCount(props.count)}</span>
    </button>
  );
}

const typingMs = 300;

/** A field that tells once typing has paused, and follows the address when that changes by other means. */
function Typed(props: {
  value: string;
  onChange: (value: string | undefined) => void;
  draw: (value: string, change: (value: string) => void) => ReactNode;
}): ReactNode {
  const [typed, setTyped] = useState(props.value);
  const [told, setTold] = useState(props.value);
  if (props.value !== told) {
    setTold(props.value);
    setTyped(props.value);
  }
  const tell = useDebouncedCallback((value: string) => {
    setTold(value);
    props.onChange(value === '' ? undefined : value);
  }, typingMs);
  return props.draw(typed, (value) => {
    setTyped(value);
    tell(value.trim());
  });
}
