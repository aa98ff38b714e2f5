export { type BucketName, createLimits, type Limits, type LimitsSettings, type Price } from './limits.ts';
