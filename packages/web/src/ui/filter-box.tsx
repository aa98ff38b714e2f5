import { TextInput } from '@mantine/core';
import { ListFilter } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** The list it filters: the arrow down goes to its first entry. */
  list: RefObject<HTMLElement | null>;
}

/** The box over a list that shows only what matches; Escape shows everything again. */
export function FilterBox(props: Props): ReactNode {
  const { label, value, onChange, list } = props;
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      leftSection={<ListFilter size={13} />}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && value !== '') {
          event.preventDefault();
          // Otherwise the drawer that holds the list would close as well.
          event.stopPropagation();
          onChange('');
        }
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        list.current?.querySelector('button')?.focus();
      }}
    />
  );
}
