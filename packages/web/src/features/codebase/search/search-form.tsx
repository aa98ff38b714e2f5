import { Button, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core';
import { searchModes } from '@yudai/contract';
import type { SearchMode } from '@yudai/contract';
import { Search } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent, KeyboardEvent, ReactNode } from 'react';
import type { CodeSearch } from '#lib/search-params.ts';

const modeWords: Record<SearchMode, { label: string; hint: string }> = {
  ranked: { label: 'Ranked', hint: 'A question, an error message or a whole issue text' },
  text: { label: 'Text', hint: 'Exact text' },
  regex: { label: 'Regex', hint: 'A regular expression' },
  symbol: { label: 'Symbol', hint: 'The name of a definition' },
  path: { label: 'Path', hint: 'Part of a path' },
};

const modes = searchModes.map((value) => ({ value, label: modeWords[value].label }));

export function SearchForm(props: { search: CodeSearch; onSubmit: (search: CodeSearch) => void }): ReactNode {
  const { search, onSubmit } = props;
  const [query, setQuery] = useState(search.q ?? '');
  const [path, setPath] = useState(search.path ?? '');
  const [language, setLanguage] = useState(search.language ?? '');
  const mode = search.mode ?? 'ranked';

  const send = (changes: CodeSearch = {}) => {
    const wanted = {
      ...search,
      q: query.trim(),
      path: path.trim(),
      language: language.trim(),
      ...changes,
    };
    // What says nothing is left out of the address.
    const entries = Object.entries(wanted).filter(([, value]) => value !== '' && value !== false && value !== 'ranked');
    onSubmit(Object.fromEntries(entries));
  };
  const onSubmitForm = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  return (
    <form className="search-form" role="search" onSubmit={onSubmitForm}>
      <Textarea
        aria-label="Search the code"
        placeholder={modeWords[mode].hint}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={50_000}
        autoFocus
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="search-filters">
        <SegmentedControl
          aria-label="How to search"
          data={modes}
          value={mode}
          onChange={(value) => send({ mode: value })}
        />
        <TextInput
          className="search-path"
          aria-label="Only paths that start with"
          placeholder="Path starts with"
          value={path}
          onChange={(event) => setPath(event.target.value)}
        />
        <TextInput
          className="search-language"
          aria-label="Only this language"
          placeholder="Language"
          value={language}
          onChange={(event) => setLanguage(event.target.value)}
        />
        <Switch
          label="Tests"
          checked={search.tests ?? false}
          onChange={(event) => send({ tests: event.target.checked })}
        />
        {(mode === 'text' || mode === 'regex') && (
          <Switch
            label="Match case"
            checked={search.case ?? false}
            onChange={(event) => send({ case: event.target.checked })}
          />
        )}
        <span className="grow" />
        <Button type="submit" leftSection={<Search size={13} />} disabled={query.trim() === ''}>
          Search
        </Button>
      </div>
    </form>
  );
}
