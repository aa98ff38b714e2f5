import { type RemoteOptions, openRemote } from '#checkout/remote-git.ts';

/** Whether a URL may be asked at all, without asking it; returns it normalised. Throws `bad_url`, `private_address`, `network`. */
export async function checkRemote(options: Omit<RemoteOptions, 'token'>): Promise<string> {
  return (await openRemote(options)).pinned.url;
}
