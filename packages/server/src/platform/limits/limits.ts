import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/db/index.ts';
import { chargeBuckets, type Charge, pruneBuckets } from './store.ts';

/** Tokens a minute of each bucket: that many may be spent at once, and they come back evenly. */
export interface LimitsSettings {
  /** Every request of one person. */
  readonly user: number;
  /** Every request of one network address, signed in or not. */
  readonly address: number;
  /** Attempts to sign in, by address. */
  readonly auth: number;
  /** Looking at repositories elsewhere, by person. */
  readonly repositories: number;
  /** Having a model write, by person. */
  readonly answers: number;
  /** Starting to solve, by person. */
  readonly solves: number;
}
export type BucketName = keyof LimitsSettings;

/** What something costs: tokens out of the bucket of somebody, which is a user's id or an address. */
export interface Price {
  readonly bucket: BucketName;
  readonly of: string;
  readonly tokens: number;
}

export interface Limits {
  /**
   * Takes every price or, when one bucket has too little, none, and then puts `back` what was taken before. A refusal takes nothing, so
   * who asks again and again still gets what has come back meanwhile. Throws `too_many_requests` with `retryAfterSeconds`.
   */
  charge(prices: readonly Price[], back?: readonly Price[]): Promise<void>;
  /** Forgets the buckets that have been full for an hour; says how many. */
  prune(): Promise<number>;
}

const minuteUs = 60_000_000;

/**
 * Token buckets in the database, so that all nodes count together. A bucket is the moment at which it will be full again (GCRA): one
 * number, exact to the microsecond, and nothing to write when a call is refused. The time is the database's, except in tests.
 */
export function createLimits(deps: {
  readonly database: Pick<Database, 'pool'>;
  readonly settings: LimitsSettings;
  readonly clock?: Clock | undefined;
}): Limits {
  const { database, settings, clock } = deps;
  const moment = () => (clock === undefined ? null : clock.now().getTime() * 1000);

  function toCharge({ bucket, of, tokens }: Price): Charge {
    const tokenUs = Math.round(minuteUs / settings[bucket]);
    return { key: `${bucket}:${of}`, priceUs: Math.round(tokens * tokenUs), roomUs: settings[bucket] * tokenUs };
  }

  return {
    async charge(prices, back = []) {
      const counted = prices.filter(({ bucket }) => settings[bucket] > 0);
      if (counted.length === 0) return;
      const returned = back.filter(({ bucket }) => settings[bucket] > 0);
      const waitUs = await chargeBuckets(database.pool, counted.map(toCharge), returned.map(toCharge), moment());
      if (waitUs > 0) throw tooMany(Math.ceil(waitUs / 1_000_000));
    },
    prune: () => pruneBuckets(database.pool, moment()),
  };
}

function tooMany(retryAfterSeconds: number): AppError {
  const words = retryAfterSeconds === 1 ? 'a second' : `${retryAfterSeconds} seconds`;
  return new AppError('too_many_requests', `That was too much at once. Try again in ${words}.`, {
    details: { retryAfterSeconds },
  });
}
