import { type Json, type JsonObject, isObject, listOf, mapObjects, objectOf, textOf } from './json.ts';

/** Fields that GitHub's description demands and the emulator leaves out, and rights as the one who asks has them. */
export function repaired(
  path: string,
  body: Json | undefined,
  rightOf: (fullName: string) => 'admin' | 'push' | 'pull',
): Json | undefined {
  const whole = body === undefined ? undefined : mapObjects(body, (object) => completed(object, rightOf));
  if (!isObject(whole)) return whole;
  if (/^\/repos\/[^/]+\/[^/]+$/.test(path) || /^\/repositories\/\d+$/.test(path)) return withCounts(whole);
  if (path === '/app' && 'slug' in whole) return { ...whole, owner: withUserUrls(maker) };
  if (path.startsWith('/search/')) {
    return { ...whole, items: listOf(whole['items']).map((item) => ({ score: 1, ...objectOf(item) })) };
  }
  return whole;
}

/** Whoever registered the app, of whom the emulator says nothing. */
const maker: JsonObject = {
  login: 'maker',
  id: 3_000_100_000,
  node_id: 'U_kgDOMaker',
  avatar_url: 'https://avatars.example.org/maker',
  url: 'https://api.example.org/users/maker',
  type: 'User',
};

function withCounts(repository: JsonObject): JsonObject {
  return { network_count: 0, subscribers_count: 0, ...repository };
}

function completed(object: JsonObject, rightOf: (fullName: string) => 'admin' | 'push' | 'pull'): JsonObject {
  if ('full_name' in object && 'pushed_at' in object) {
    const right = rightOf(textOf(object['full_name']));
    const push = right !== 'pull';
    const permissions = { admin: right === 'admin', maintain: right === 'admin', push, triage: push, pull: true };
    const pushedAt = object['pushed_at'] ?? object['updated_at'] ?? null;
    return { ...object, pushed_at: pushedAt, ...('permissions' in object ? { permissions } : {}) };
  }
  if ('access_tokens_url' in object) return { target_id: objectOf(object['account'])['id'] ?? null, ...object };
  if ('annotations_count' in object) return { annotations_url: '', ...object };
  return withUserUrls(object);
}

/** The emulator tells less of an organization that owns something than of a person. */
function withUserUrls(object: JsonObject): JsonObject {
  const url = textOf(object['url']);
  if (!('login' in object) || !('node_id' in object) || 'followers_url' in object || url === '') return object;
  const names = [
    'followers',
    'subscriptions',
    'organizations',
    'repos',
    'received_events',
    'events',
    'following',
    'gists',
    'starred',
  ];
  const urls = names.map((name) => [`${name}_url`, `${url}/${name}`]);
  return { gravatar_id: '', site_admin: false, html_url: url, ...Object.fromEntries(urls), ...object };
}
