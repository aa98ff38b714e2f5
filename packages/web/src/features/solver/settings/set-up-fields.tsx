import { ActionIcon, Button, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import type { SetUpStep } from '@yudai/contract';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';

interface Props {
  /** Null: as they were detected. */
  setUp: readonly SetUpStep[] | null;
  detected: readonly SetUpStep[];
  mayChange: boolean;
  onChange: (setUp: SetUpStep[] | null) => void;
}

const mostSteps = 10;

/** The steps that make a work tree ready: those that were found in the repository, or one's own. */
export function SetUpFields({ setUp, detected, mayChange, onChange }: Props): ReactNode {
  // A look at what was detected takes nothing typed away.
  const [own, setOwn] = useState(setUp);
  const steps = setUp ?? detected;
  const set = (place: number, change: Partial<SetUpStep>) =>
    onChange(steps.map((step, at) => (at === place ? { ...step, ...change } : step)));
  return (
    <>
      <SegmentedControl
        aria-label="Where the steps come from"
        disabled={!mayChange}
        data={[
          { value: 'detected', label: 'As detected' },
          { value: 'own', label: 'My own' },
        ]}
        value={setUp === null ? 'detected' : 'own'}
        onChange={(value) => {
          if (value === 'detected') setOwn(setUp);
          onChange(value === 'own' ? [...(own ?? detected)] : null);
        }}
      />
      {setUp === null ? (
        <Detected steps={detected} />
      ) : (
        <>
          {setUp.map((step, place) => (
            <div key={place} className="row solving-step">
              <div className="grow">
                <TextInput
                  label={`Folder of step ${place + 1}`}
                  description="Empty for the root"
                  classNames={{ input: 'mono' }}
                  maxLength={500}
                  value={step.directory}
                  onChange={(event) => set(place, { directory: event.target.value })}
                />
                <Textarea
                  label="Commands"
                  description="One a line, in order"
                  classNames={{ input: 'mono' }}
                  autosize
                  minRows={1}
                  maxRows={12}
                  value={step.commands.join('\n')}
                  onChange={(event) => set(place, { commands: event.target.value.split('\n') })}
                />
                <TextInput
                  label="Files that decide what they install"
                  description="With commas between; while they stay the same, what was installed is used again"
                  classNames={{ input: 'mono' }}
                  value={step.cacheKey.join(', ')}
                  onChange={(event) => set(place, { cacheKey: namesOf(event.target.value) })}
                />
              </div>
              <ActionIcon aria-label={`Take step ${place + 1} out`} onClick={() => onChange(setUp.toSpliced(place, 1))}>
                <Trash2 size={14} />
              </ActionIcon>
            </div>
          ))}
          {setUp.length < mostSteps && (
            <Button
              variant="subtle"
              color="gray"
              leftSection={<Plus size={13} aria-hidden="true" />}
              onClick={() => onChange([...setUp, { directory: '', commands: [''], cacheKey: [] }])}
            >
              Add a step
            </Button>
          )}
        </>
      )}
    </>
  );
}

function Detected({ steps }: { steps: readonly SetUpStep[] }): ReactNode {
  if (steps.length === 0) {
    return (
      <p className="muted">Nothing was found that has to be installed. It is looked for again with every solve.</p>
    );
  }
  return (
    <ol className="solving-detected">
      {steps.map(({ directory, commands, cacheKey }) => (
        <li key={`${directory} ${commands.join()}`}>
          {directory !== '' && <span className="mono muted">{directory}</span>}
          <pre tabIndex={0} aria-label="Commands">
            {commands.join('\n')}
          </pre>
          {cacheKey.length > 0 && <p className="muted">Kept while {cacheKey.join(', ')} stays the same</p>}
        </li>
      ))}
    </ol>
  );
}

/** While it is typed a comma at the end stays. */
function namesOf(text: string): string[] {
  return text === '' ? [] : text.split(',').map((name) => name.trimStart());
}
