import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Tokens } from './tokens.ts';

/** The application that signs people in: Yudai. */
export interface OAuthApplication {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Redirects are compared with these letter by letter. */
  redirectUris: readonly string[];
}

/** An answer of the sign-in pages. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface OAuth {
  /** GET /login/oauth/authorize: the page that asks who it is. */
  askConsent(query: URLSearchParams): Page;
  /** POST /login/oauth/authorize: somebody said yes. */
  giveConsent(form: URLSearchParams): Page;
  /** POST /login/oauth/access_token: a code or a refresh token becomes tokens. */
  exchange(form: URLSearchParams, accept: string): Page;
}

interface Grant {
  readonly login: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | null;
  readonly until: number;
}

/** Sign-in as GitHub does it, and stricter: exact redirects, PKCE with S256 checked for real, codes that count once for ten minutes. */
export function createOAuth(app: OAuthApplication, tokens: Tokens, people: () => readonly string[]): OAuth {
  const grants = new Map<string, Grant>();

  function refuse(query: URLSearchParams): string | null {
    if (query.get('client_id') !== app.clientId) return 'There is no application with this client id.';
    if (!app.redirectUris.includes(query.get('redirect_uri') ?? '')) return 'The redirect_uri is not registered.';
    if (query.get('response_type') !== null && query.get('response_type') !== 'code') return 'Only codes are given.';
    const method = query.get('code_challenge_method');
    if (query.has('code_challenge') && method !== 'S256') return 'Only S256 is supported.';
    return null;
  }

  return {
    askConsent(query) {
      const problem = refuse(query);
      return problem === null ? page(200, consentPage(query, people())) : page(404, `<h1>${problem}</h1>`);
    },
    giveConsent(form) {
      const problem = refuse(form);
      const login = form.get('login') ?? '';
      if (problem !== null || !people().includes(login))
        return page(404, `<h1>${problem ?? 'Nobody is called so.'}</h1>`);
      const redirectUri = form.get('redirect_uri') ?? '';
      const target = new URL(redirectUri);
      if (form.get('answer') === 'no') target.searchParams.set('error', 'access_denied');
      else {
        const code = randomBytes(10).toString('hex');
        const scopes = (form.get('scope') ?? '').split(/[ ,]/).filter(Boolean);
        const challenge = form.get('code_challenge');
        grants.set(code, { login, redirectUri, scopes, challenge, until: Date.now() + 600_000 });
        target.searchParams.set('code', code);
      }
      const state = form.get('state');
      if (state !== null) target.searchParams.set('state', state);
      return { status: 302, headers: { location: target.href }, body: '' };
    },
    exchange(form, accept) {
      const answer = (values: Record<string, string | number>) => tokenAnswer(values, accept);
      if (form.get('client_id') !== app.clientId || !isSame(form.get('client_secret') ?? '', app.clientSecret)) {
        return answer({ error: 'incorrect_client_credentials' });
      }
      if (form.get('grant_type') === 'refresh_token') {
        const renewed = tokens.refresh(form.get('refresh_token') ?? '');
        return renewed === null ? answer({ error: 'bad_refresh_token' }) : answer(wordsOf(renewed, renewed.scopes));
      }
      const code = form.get('code') ?? '';
      const grant = grants.get(code);
      grants.delete(code);
      if (grant === undefined || grant.until < Date.now()) return answer({ error: 'bad_verification_code' });
      const redirect = form.get('redirect_uri');
      if (redirect !== null && redirect !== grant.redirectUri) return answer({ error: 'redirect_uri_mismatch' });
      if (grant.challenge !== null && !isSame(challengeOf(form.get('code_verifier') ?? ''), grant.challenge)) {
        return answer({ error: 'bad_verification_code' });
      }
      return answer(wordsOf(tokens.issuePair(grant.login, grant.scopes), grant.scopes));
    },
  };
}

function wordsOf(pair: ReturnType<Tokens['issuePair']>, scopes: readonly string[]): Record<string, string | number> {
  return {
    access_token: pair.accessToken,
    token_type: 'bearer',
    scope: scopes.join(','),
    ...(pair.expiresInSeconds === null ? {} : { expires_in: pair.expiresInSeconds }),
    ...(pair.refreshToken === null ? {} : { refresh_token: pair.refreshToken }),
    ...(pair.refreshExpiresInSeconds === null ? {} : { refresh_token_expires_in: pair.refreshExpiresInSeconds }),
  };
}

/** GitHub answers failures of this endpoint with 200, and as a form unless JSON was asked for. */
function tokenAnswer(values: Record<string, string | number>, accept: string): Page {
  if (accept.includes('json')) {
    return {
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(values),
    };
  }
  const form = new URLSearchParams(
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])),
  );
  return { status: 200, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form.toString() };
}

function consentPage(query: URLSearchParams, people: readonly string[]): string {
  const hidden = [...query]
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
    .join('');
  const buttons = people.map(
    (login) => `<p><button name="login" value="${escape(login)}">Continue as ${escape(login)}</button></p>`,
  );
  return `<h1>Authorize Yudai</h1><form method="post" action="/login/oauth/authorize">${hidden}${buttons.join('')}</form>`;
}

function page(status: number, body: string): Page {
  const html = `<!doctype html><html lang="en"><title>GitHub (test double)</title><link rel="icon" href="data:,"><main>${body}</main></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: html };
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
