import { createHmac, randomUUID } from 'node:crypto';
import type { Json } from './json.ts';

/** One delivery of a webhook, as GitHub makes it. */
export interface Delivery {
  readonly url: string;
  readonly secret: string;
  readonly event: string;
  readonly payload: Json;
  /** The same id again is a redelivery; a new one without it. */
  readonly delivery?: string | undefined;
  /** Replaces the true signature, for forgeries; null leaves the header out. */
  readonly signature?: string | null | undefined;
}

/** Signs and sends a delivery; answers with what the receiver said. */
export function deliver(delivery: Delivery, send: (request: Request) => Promise<Response> = fetch): Promise<Response> {
  const body = JSON.stringify(delivery.payload);
  const signature = delivery.signature === undefined ? signatureOf(body, delivery.secret) : delivery.signature;
  return send(
    new Request(delivery.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/044aadd',
        'x-github-event': delivery.event,
        'x-github-delivery': delivery.delivery ?? randomUUID(),
        'x-github-hook-id': '292430182',
        ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
      },
      body,
    }),
  );
}

function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
