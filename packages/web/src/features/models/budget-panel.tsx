import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ModelBudget } from '@yudai/contract';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { formatMoney, microsOf } from '#features/models/words.ts';
import { api } from '#lib/client.ts';
import { ErrorLine, ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

/** What the person's jobs may spend before they stop and ask. */
export function BudgetPanel(): ReactNode {
  const budgets = useQuery(api.models.budgets.queryOptions({ input: {} }));
  return (
    <section className="card" aria-labelledby="model-budget">
      <h2 id="model-budget">Your budget</h2>
      {budgets.isPending && <SkeletonRows label="Loading the budget" count={2} />}
      {budgets.isError && <ErrorPanel error={budgets.error} onRetry={() => void budgets.refetch()} />}
      {budgets.data !== undefined && <BudgetForm budget={budgets.data.person} />}
    </section>
  );
}

function BudgetForm(props: { budget: ModelBudget }): ReactNode {
  const { limitMicros, limitMs, spentMicros } = props.budget;
  const kept = limitMicros === null ? '' : String(limitMicros / 1_000_000);
  const [dollars, setDollars] = useState(kept);
  const queries = useQueryClient();
  const save = useMutation(
    api.models.setBudget.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.models.budgets.key() }),
    }),
  );
  const isEmpty = dollars.trim() === '';
  const micros = isEmpty ? null : microsOf(dollars);
  const isWrong = !isEmpty && micros === null;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!isWrong) save.mutate({ limitMicros: micros, limitMs });
  };
  return (
    <form onSubmit={onSubmit} className="model-budget">
      <p>
        Your jobs have spent <span className="bright">{formatMoney(spentMicros)}</span>
        {limitMicros === null ? ' and have no limit.' : ` of ${formatMoney(limitMicros)}.`}
      </p>
      <TextInput
        label="Limit in dollars"
        description="What all your jobs may spend together. Over it they wait and ask you. Empty is no limit."
        inputMode="decimal"
        value={dollars}
        error={isWrong ? 'An amount such as 5 or 0.50.' : undefined}
        onChange={(event) => setDollars(event.target.value)}
      />
      <div className="row">
        <Button type="submit" disabled={isWrong || dollars.trim() === kept} loading={save.isPending}>
          Save
        </Button>
        <span className="muted" role="status">
          {save.isSuccess && dollars.trim() === kept ? 'Saved.' : ''}
        </span>
      </div>
      {save.isError && <ErrorLine error={save.error} />}
    </form>
  );
}
