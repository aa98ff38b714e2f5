import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AuditRecord } from '@yudai/contract';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AuditFilter } from '#features/audit/filter-of.ts';
import { api, client } from '#lib/client.ts';
import { saveAsFile } from '#lib/save-as-file.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** Saves what the filters show, with hashes, as one file. */
export function ExportButton(props: { filter: AuditFilter }): ReactNode {
  const queries = useQueryClient();
  const download = useMutation({
    mutationFn: () => allRecords(props.filter),
    onSuccess: (records) => {
      saveAsFile(`yudai-audit-${new Date().toISOString().slice(0, 10)}.json`, JSON.stringify(records, null, 2));
      return queries.invalidateQueries({ queryKey: api.audit.list.key() });
    },
    onError: useFailureToast(),
    // A long log is not kept behind the button.
    gcTime: 0,
  });
  return (
    <Button
      variant="default"
      leftSection={<Download size={14} />}
      loading={download.isPending}
      onClick={() => download.mutate()}
    >
      Export
    </Button>
  );
}

async function allRecords(filter: AuditFilter): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.audit.export({ ...filter, ...(cursor === undefined ? {} : { cursor }) });
    records.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return records;
}
