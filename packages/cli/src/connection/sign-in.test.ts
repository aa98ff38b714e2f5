import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tokenFor } from '#connection/authorize.ts';
import { credentialsFile, forgetToken, storedToken, storeToken } from '#connection/credentials.ts';
import { askForCode, awaitToken } from '#connection/device-sign-in.ts';
import { CliError } from '#exit-codes.ts';

let config: string;
beforeEach(() => (config = mkdtempSync(join(tmpdir(), 'yudai-config-'))));
afterEach(() => rmSync(config, { recursive: true }));
const terminal = () => ({ env: { XDG_CONFIG_HOME: config } });

const https = 'https://yudai.example.org';
const code = {
  device_code: 'device',
  user_code: 'ABCD-1234',
  verification_uri: `${https}/device`,
  expires_in: 60,
  interval: 5,
};

test('polls at the pace of the server: its interval, five seconds more at each slow_down and 429 (RFC 8628, 3.5)', async () => {
  const answers = [refusal('authorization_pending'), refusal('slow_down'), new Response(null, { status: 429 })];
  const server = serverThat(Response.json(code), ...answers, Response.json({ access_token: 'the-token' }));
  const waits: number[] = [];

  const token = await awaitToken(server, await askForCode(server), async (ms) => waits.push(ms));

  expect(token).toBe('the-token');
  expect(waits).toEqual([5000, 5000, 10_000, 15_000]);
  expect(server.asked.at(-1)).toMatchObject({
    url: `${https}/api/auth/device/token`,
    body: {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'device',
      client_id: 'yudai-cli',
    },
  });
});

test('stops when the code has ended, by its own count too', async () => {
  const ended = serverThat(Response.json(code), refusal('expired_token'));
  const silent = serverThat(Response.json(code), ...Array.from({ length: 12 }, () => refusal('authorization_pending')));

  for (const server of [ended, silent]) {
    const device = await askForCode(server);
    await expect(awaitToken(server, device, async () => undefined)).rejects.toMatchObject({ code: 'timeout' });
  }
  expect(silent.asked).toHaveLength(13);
});

test('a server that is started anew meanwhile is asked again; one that stays away is given up after a while', async () => {
  const restarted = serverThat(Response.json(code), away, refusal('authorization_pending'), away);
  restarted.answers.push(new Response('draining', { status: 503 }));
  const gone = serverThat(Response.json({ ...code, expires_in: 600 }), ...Array.from({ length: 20 }, () => away));
  restarted.answers.push(Response.json({ access_token: 'the-token' }));

  const token = await awaitToken(restarted, await askForCode(restarted), async () => undefined);
  const device = await askForCode(gone);

  expect(token).toBe('the-token');
  await expect(awaitToken(gone, device, async () => undefined)).rejects.toMatchObject({ code: 'unavailable' });
  expect(gone.asked.length).toBeLessThan(10);
});

test('a page that is no web address is never shown or opened', async () => {
  const server = serverThat(Response.json({ ...code, verification_uri: 'file:///etc/passwd' }));

  await expect(askForCode(server)).rejects.toMatchObject({ code: 'upstream_failed' });
});

test('each server gets its own token and no other; forgetting the last one removes the file', async () => {
  await storeToken(terminal(), https, 'one');
  await storeToken(terminal(), 'https://other.example.org', 'two');

  expect(await tokenFor(terminal(), {}, https)).toBe('one');
  expect(await tokenFor(terminal(), {}, 'https://third.example.org')).toBeNull();
  expect(await tokenFor({ env: { ...terminal().env, YUDAI_KEY: 'yudai_0123456789' } }, {}, https)).toBe(
    'yudai_0123456789',
  );

  await forgetToken(terminal(), https);
  expect([await storedToken(terminal(), https), await storedToken(terminal(), 'https://other.example.org')]).toEqual([
    null,
    'two',
  ]);
  await forgetToken(terminal(), 'https://other.example.org');
  expect(() => statSync(credentialsFile(terminal()))).toThrow('ENOENT');
});

test('the file and its folder are for this user alone, whoever could read an earlier one', async () => {
  await storeToken(terminal(), https, 'one');

  expect(statSync(credentialsFile(terminal())).mode & 0o777).toBe(0o600);
  expect(statSync(join(config, 'yudai')).mode & 0o777).toBe(0o700);
});

test.each(['http://yudai.example.org', 'http://10.0.0.7:4747', 'http://localhost.example.org'])(
  'nothing is sent to %s, where it could be read on its way',
  async (url) => {
    const env = { ...terminal().env, YUDAI_KEY: 'yudai_0123456789' };

    await expect(tokenFor({ env }, {}, url)).rejects.toMatchObject({ code: 'bad_request' });
    expect(await tokenFor({ env }, {}, 'http://127.0.0.1:4747')).toBe('yudai_0123456789');
  },
);

test('a damaged file is named, and not a word of it repeated', async () => {
  await storeToken(terminal(), https, 'one');
  writeFileSync(credentialsFile(terminal()), '{"servers":{"https://x":{"token":"hunter2"');

  await expect(storedToken(terminal(), https)).rejects.toMatchObject({
    message: expect.stringMatching(/^The file .* is damaged(?!.*hunter2)/),
  });
});

function refusal(error: string): Response {
  return Response.json({ error }, { status: 400 });
}

const away = new CliError('unavailable', 'Yudai does not answer.');

function serverThat(...given: readonly (Response | CliError)[]) {
  const answers = [...given];
  const asked: { url: string; body: unknown }[] = [];
  return {
    url: https,
    signal: new AbortController().signal,
    asked,
    answers,
    reach: async (request: Request): Promise<Response> => {
      asked.push({ url: request.url, body: await request.json() });
      const answer = answers.shift() ?? new Response('nothing is left to answer', { status: 500 });
      if (answer instanceof CliError) throw answer;
      return answer;
    },
  };
}
