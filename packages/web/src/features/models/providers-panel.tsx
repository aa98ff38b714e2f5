import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ModelsOverview } from '@yudai/contract';
import { Zap } from 'lucide-react';
import type { ReactNode } from 'react';
import { providerWords } from '#features/models/words.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { formatDuration } from '#lib/format.ts';
import { ErrorLine } from '#ui/error-panel.tsx';
import { StateDot } from '#ui/state-dot.tsx';

type Provider = ModelsOverview['providers'][number];

/** What opens each provider, and for who looks after this Yudai a button that asks it for a word. */
export function ProvidersPanel(props: { overview: ModelsOverview }): ReactNode {
  const status = useAuthStatus();
  const mayTest = status?.mode === 'local' || status?.account?.administrator === true;
  return (
    <section className="card model-providers-panel" aria-labelledby="model-providers">
      <h2 id="model-providers">Providers</h2>
      <ul className="model-providers">
        {props.overview.providers.map((provider) => (
          <ProviderRow key={provider.provider} provider={provider} mayTest={mayTest} />
        ))}
      </ul>
    </section>
  );
}

function ProviderRow(props: { provider: Provider; mayTest: boolean }): ReactNode {
  const { provider, configured, endpoint, models, hint } = props.provider;
  return (
    <li>
      <div className="grow">
        <p className="row">
          <span className="bright">{providerWords[provider]}</span>
          <StateDot tone={configured ? 'success' : 'quiet'}>{configured ? 'Set up' : 'Not set up'}</StateDot>
        </p>
        <p className="muted">{hint === '' ? `${endpoint ?? ''} · ${models.join(', ')}` : hint}</p>
        {props.mayTest && configured && models.length > 0 && <Test provider={props.provider} />}
      </div>
    </li>
  );
}

function Test(props: { provider: Provider }): ReactNode {
  const { provider } = props.provider;
  const queries = useQueryClient();
  const test = useMutation(
    api.models.test.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: api.models.usage.key() }),
    }),
  );
  const isWell = test.data?.outcome === 'answered';
  return (
    <>
      <div className="row model-test">
        <Button
          variant="default"
          leftSection={<Zap size={13} />}
          loading={test.isPending}
          aria-label={`Test ${providerWords[provider]}`}
          onClick={() => test.mutate({ provider })}
        >
          Test
        </Button>
        <span role="status">
          {test.isSuccess && (
            <StateDot tone={isWell ? 'success' : 'danger'}>
              {isWell ? `Answers, in ${formatDuration(test.data.ms)}` : 'Does not answer'}
            </StateDot>
          )}
        </span>
      </div>
      {test.isSuccess && !isWell && <p role="alert">{test.data.message}</p>}
      {test.isError && <ErrorLine error={test.error} />}
    </>
  );
}
