import { createSign } from 'node:crypto';

/** A JWT that proves to be the app, as GitHub wants it: RS256, ten minutes at most. */
export function appToken(app: { readonly id: number; readonly privateKey: string }): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claim = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iat: now - 60, exp: now + 540, iss: String(app.id) })}`;
  return `${claim}.${createSign('RSA-SHA256').update(claim).sign(app.privateKey, 'base64url')}`;
}
