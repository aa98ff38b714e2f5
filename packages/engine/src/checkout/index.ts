export { CheckoutError, type CheckoutReason } from '#checkout/checkout-error.ts';
export { cloneMirror, removeMirror } from '#checkout/clone-mirror.ts';
export { fetchMirror } from '#checkout/fetch-mirror.ts';
export type { OnProgress } from '#checkout/fetch-progress.ts';
export type { FetchOptions, FetchedSnapshot } from '#checkout/fetch-ref.ts';
export { type SourceInspection, inspectRemote } from '#checkout/inspect-remote.ts';
export { type CheckoutLimits, defaultLimits } from '#checkout/limits.ts';
export { type RemotePolicy, type RemoteUrl, parseRemoteUrl } from '#checkout/parse-remote-url.ts';
export type { ResolveHost } from '#checkout/resolve-remote.ts';
