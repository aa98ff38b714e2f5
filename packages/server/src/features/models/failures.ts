import type { ErrorCode, ModelFailure } from '@yudai/contract';
import { ModelError, type RoleModel } from '@yudai/engine/models';
import { AppError } from '#kernel/app-error.ts';

const codes: Readonly<Record<ModelFailure, ErrorCode>> = {
  not_configured: 'unavailable',
  refused: 'upstream_failed',
  limited: 'too_many_requests',
  unreachable: 'upstream_failed',
  stalled: 'timeout',
  malformed: 'upstream_failed',
  too_long: 'payload_too_large',
  filtered: 'upstream_failed',
  failed: 'upstream_failed',
};

/** The failure of a model as one that people are told of, with its own words; anything else as it is. */
export function toAppError(error: unknown): unknown {
  if (!(error instanceof ModelError)) return error;
  const { reason, model, retryAfterMs } = error;
  const details = { reason, ...(model === null ? {} : { model }), ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  return new AppError(codes[reason], error.message, { details, cause: error });
}

/** The same model, whose failures are those of this application: in its answers and in what it throws. */
export function tellingFailures(model: RoleModel): RoleModel {
  const translated = async <T>(work: PromiseLike<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw toAppError(error);
    }
  };
  return {
    ...model,
    doGenerate: (options) => translated(model.doGenerate(options)),
    async doStream(options) {
      const { stream, ...rest } = await translated(model.doStream(options));
      return {
        ...rest,
        stream: stream.pipeThrough(
          new TransformStream({
            transform(part, controller) {
              controller.enqueue(part.type === 'error' ? { ...part, error: toAppError(part.error) } : part);
            },
          }),
        ),
      };
    },
  };
}
