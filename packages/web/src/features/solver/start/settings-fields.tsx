import { ActionIcon, Button, NumberInput, Radio, SegmentedControl, Select } from '@mantine/core';
import { coderAgent, solveGate, solveGates, solveLimits } from '@yudai/contract';
import type { SolverHealth, SolveSettings } from '@yudai/contract';
import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { agentWords, aimWords, gateWords } from '#features/solver/solve-words.ts';

interface Props {
  settings: SolveSettings;
  /** Who can work here; undefined until that is known. */
  health: SolverHealth | undefined;
  onChange: (settings: SolveSettings) => void;
}

const microsInDollar = 1_000_000;

/** How a solve is to be done: what a person agrees to, how far it goes, and what it may use. */
export function SettingsFields({ settings, health, onChange }: Props): ReactNode {
  const limits = health?.limits ?? solveLimits;
  const set = (changes: Partial<SolveSettings>) => onChange({ ...settings, ...changes });
  return (
    <div className="solve-fields">
      <Radio.Group
        label="What you agree to before it goes on"
        value={settings.gate}
        onChange={(value) => set({ gate: solveGate.catch(settings.gate).parse(value) })}
      >
        {solveGates.map((gate) => (
          <Radio
            key={gate}
            size="sm"
            mt={6}
            value={gate}
            label={gateWords[gate].label}
            description={gateWords[gate].hint}
          />
        ))}
      </Radio.Group>
      <div>
        <span className="solve-label" id="solve-aim">
          Aim
        </span>
        <SegmentedControl
          aria-labelledby="solve-aim"
          data={(['small', 'best'] as const).map((value) => ({ value, label: aimWords[value].label }))}
          value={settings.aim}
          onChange={(value) => set({ aim: value === 'best' ? 'best' : 'small' })}
        />
        <p className="muted">{aimWords[settings.aim].hint}</p>
      </div>
      <div className="solve-numbers">
        <NumberInput
          label="Minutes"
          description={`At most ${limits.minutes}`}
          min={1}
          max={limits.minutes}
          allowDecimal={false}
          clampBehavior="strict"
          value={settings.minutes}
          onChange={(value) => set({ minutes: numberOf(value, settings.minutes, 1) })}
        />
        <NumberInput
          label="Steps of a stage"
          description={`At most ${limits.steps}`}
          min={1}
          max={limits.steps}
          allowDecimal={false}
          clampBehavior="strict"
          value={settings.steps}
          onChange={(value) => set({ steps: numberOf(value, settings.steps, 1) })}
        />
        <NumberInput
          label="Dollars"
          description="Then it asks; empty for no limit"
          min={0}
          max={1000}
          decimalScale={2}
          clampBehavior="strict"
          value={settings.budgetMicros === null ? '' : settings.budgetMicros / microsInDollar}
          onChange={(value) =>
            set({ budgetMicros: value === '' ? null : Math.round(numberOf(value, 0, 0) * microsInDollar) })
          }
        />
      </div>
      <Attempts {...{ settings, health, onChange }} />
    </div>
  );
}

/** Who changes the code: one, or several beside each other, of whom the one is taken that has shown most. */
function Attempts({ settings, health, onChange }: Props): ReactNode {
  const { attempts } = settings;
  const set = (place: number, change: Partial<SolveSettings['attempts'][number]>) =>
    onChange({ ...settings, attempts: attempts.map((one, at) => (at === place ? { ...one, ...change } : one)) });
  const usable = new Map((health?.agents ?? []).map((one) => [one.agent, one]));
  const models = health?.models.coder ?? [];
  return (
    <fieldset className="solve-attempts">
      <legend>Who changes the code</legend>
      {attempts.map(({ agent, model }, place) => (
        <div key={place} className="row">
          <Select
            aria-label={`Agent of attempt ${place + 1}`}
            data={coderAgent.options.map((value) => ({
              value,
              label: agentWords[value],
              disabled: usable.get(value)?.usable === false,
            }))}
            allowDeselect={false}
            value={agent}
            onChange={(value) => set(place, { agent: coderAgent.catch(agent).parse(value), model: null })}
          />
          <Select
            className="grow"
            aria-label={`Model of attempt ${place + 1}`}
            placeholder={
              agent === 'yudai'
                ? `The first of the role${models[0] === undefined ? '' : `: ${models[0]}`}`
                : 'As it is set up'
            }
            clearable
            searchable
            clearButtonProps={{ 'aria-label': 'The first of the role' }}
            data={withCurrent(models, model)}
            value={model}
            onChange={(value) => set(place, { model: value })}
          />
          {attempts.length > 1 && (
            <ActionIcon
              aria-label={`Take attempt ${place + 1} out`}
              onClick={() => onChange({ ...settings, attempts: attempts.toSpliced(place, 1) })}
            >
              <Trash2 size={14} />
            </ActionIcon>
          )}
        </div>
      ))}
      {attempts.flatMap(({ agent }, place) => {
        const known = usable.get(agent);
        return known === undefined || known.usable
          ? []
          : [
              <p key={place} className="solve-stop">
                {agentWords[agent]}: {known.what}
              </p>,
            ];
      })}
      {attempts.length < solveLimits.attempts && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<Plus size={13} aria-hidden="true" />}
          onClick={() => onChange({ ...settings, attempts: [...attempts, { model: null, agent: 'yudai' }] })}
        >
          Another attempt beside it
        </Button>
      )}
      {attempts.length > 1 && (
        <p className="muted">
          They work from the same tests. What ran decides which one is taken; you can choose another.
        </p>
      )}
    </fieldset>
  );
}

function withCurrent(models: readonly string[], model: string | null): string[] {
  return model === null || models.includes(model) ? [...models] : [...models, model];
}

function numberOf(value: string | number, before: number, least: number): number {
  const number = typeof value === 'number' ? value : Number.parseFloat(value);
  return Number.isFinite(number) ? Math.max(least, number) : before;
}
