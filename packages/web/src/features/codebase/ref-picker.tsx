import { Combobox, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { may } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import { GitBranch } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { messageOf } from '#lib/error-message.ts';

const shown = 100;

interface Props {
  project: Project;
  /** Something works on the project already. */
  disabled: boolean;
  onPick: (ref: string) => void;
}

/** The branch badge. Who may index opens it: it lists branches and tags, and picking one indexes it. */
export function RefPicker(props: Props): ReactNode {
  const { project } = props;
  if (may(project.role, 'codebase.index')) return <Picker {...props} />;
  return (
    <span className="ref-chip">
      <GitBranch size={12} aria-hidden="true" />
      <span className="visually-hidden">Branch or tag: </span>
      <span className="truncate">{nameOf(project)}</span>
    </span>
  );
}

function Picker(props: Props): ReactNode {
  const { project } = props;
  const [search, setSearch] = useState('');
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setSearch('');
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const refs = useQuery(
    api.projects.refs.queryOptions({ input: { id: project.id }, enabled: combobox.dropdownOpened, staleTime: 10_000 }),
  );
  const isMatch = (name: string) => name.toLowerCase().includes(search.toLowerCase());
  const branches = (refs.data?.branches ?? []).filter(isMatch);
  const tags = (refs.data?.tags ?? []).filter((tag) => isMatch(tag) && !branches.includes(tag));
  return (
    <Combobox
      store={combobox}
      width={280}
      position="bottom-start"
      shadow="md"
      onOptionSubmit={(ref) => {
        combobox.closeDropdown();
        props.onPick(ref);
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <button
          type="button"
          className="ref-chip"
          disabled={props.disabled}
          aria-label={`Branch or tag: ${nameOf(project)}. Change`}
          aria-haspopup="listbox"
          aria-expanded={combobox.dropdownOpened}
          onClick={() => combobox.toggleDropdown()}
        >
          <GitBranch size={12} aria-hidden="true" />
          <span className="truncate">{nameOf(project)}</span>
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          aria-label="Find a branch or tag"
          placeholder="Find a branch or tag"
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.updateSelectedOptionIndex();
          }}
        />
        <Combobox.Options className="ref-list" tabIndex={0} aria-label="Branches and tags">
          {refs.isPending && <Combobox.Empty>Loading…</Combobox.Empty>}
          {refs.isError && <Combobox.Empty>{messageOf(refs.error)}</Combobox.Empty>}
          {refs.isSuccess && branches.length + tags.length === 0 && (
            <Combobox.Empty>Nothing of that name</Combobox.Empty>
          )}
          <RefGroup label="Branches" names={branches} current={project.ref} />
          <RefGroup label="Tags" names={tags} current={project.ref} />
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function nameOf(project: Project): string {
  return project.ref ?? (project.source.kind === 'folder' ? 'working tree' : 'default branch');
}

function RefGroup(props: { label: string; names: readonly string[]; current: string | null }): ReactNode {
  if (props.names.length === 0) return null;
  return (
    <Combobox.Group label={props.label}>
      {props.names.slice(0, shown).map((name) => (
        <Combobox.Option key={name} value={name} active={name === props.current} className="mono">
          {name}
        </Combobox.Option>
      ))}
    </Combobox.Group>
  );
}
