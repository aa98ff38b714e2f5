import type { ErrorCode } from '@yudai/contract';
import { CheckoutError, type CheckoutReason } from '@yudai/engine/checkout';
import { AppError } from '#kernel/app-error.ts';
import { TransientError } from '#platform/jobs/index.ts';

const codes: Readonly<Record<CheckoutReason, ErrorCode>> = {
  bad_url: 'invalid_input',
  private_address: 'forbidden',
  not_found: 'invalid_input',
  authentication_needed: 'forbidden',
  redirected: 'invalid_input',
  network: 'upstream_failed',
  unknown_ref: 'invalid_input',
  empty: 'invalid_input',
  not_a_folder: 'invalid_input',
  unreadable: 'forbidden',
  too_large: 'payload_too_large',
  disk_full: 'insufficient_storage',
  broken_repository: 'invalid_input',
  cancelled: 'cancelled',
  timed_out: 'timeout',
  git_missing: 'unavailable',
  bad_path: 'invalid_input',
  does_not_apply: 'conflict',
  denied: 'forbidden',
  branch_moved: 'conflict',
};

/** Runs git work; its expected failures become AppErrors with the same words. */
export async function inWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CheckoutError)) throw error;
    throw new AppError(codes[error.reason], error.message, { details: { reason: error.reason }, cause: error });
  }
}

/** The same inside a job: a network that fails is tried again, and a stopped job stops. */
export async function inJob<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CheckoutError && error.reason === 'network') {
      throw new TransientError(error.message, { code: codes[error.reason], cause: error });
    }
    if (error instanceof AppError && error.code === 'upstream_failed') {
      throw new TransientError(error.message, { code: error.code, cause: error });
    }
    return inWords(Promise.reject(error));
  }
}
