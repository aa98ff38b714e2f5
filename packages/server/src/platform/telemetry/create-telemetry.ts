import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What Yudai measures of itself. Numbers go to `/metrics`, spans to whatever OpenTelemetry SDK the process was started with. */
export interface Telemetry {
  readonly registry: Registry;
  requestFinished(request: { method: string; route: string; status: number; seconds: number }): void;
  jobFinished(job: { kind: string; outcome: string; seconds: number }): void;
  /** A number that is asked for whenever somebody reads `/metrics`; one series for each label value. */
  gauge(
    name: string,
    help: string,
    read: () => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>,
  ): void;
  /** Runs `work` in a span; without an SDK this costs one function call. */
  span<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T>;
}

export function createTelemetry(): Telemetry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'yudai_http_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers: [registry],
  });
  const jobs = new Histogram({
    name: 'yudai_job_seconds',
    help: 'Time from the start of a job to its end',
    labelNames: ['kind', 'outcome'],
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600],
    registers: [registry],
  });
  const defects = new Counter({
    name: 'yudai_http_defects_total',
    help: 'Requests that were answered with internal',
    registers: [registry],
  });

  return {
    registry,
    requestFinished({ method, route, status, seconds }) {
      requests.observe({ method, route, status }, seconds);
      if (status === 500) defects.inc();
    },
    jobFinished: ({ kind, outcome, seconds }) => jobs.observe({ kind, outcome }, seconds),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        labelNames: ['of'],
        registers: [registry],
        async collect() {
          this.reset();
          for (const [of, value] of Object.entries(await read())) this.set({ of }, value);
        },
      });
    },
    span,
  };
}

const tracer = trace.getTracer('yudai');

async function span<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, async (active) => {
    try {
      return await work();
    } catch (error) {
      // The message may hold what a person typed; the kind of error is enough to find the log line.
      active.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
      throw error;
    } finally {
      active.end();
    }
  });
}
