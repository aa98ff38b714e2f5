import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { Secret } from '#platform/config/secret.ts';

/** How the text of a variable becomes a value. `parse` answers null when the text is not what `wanted` says. */
export interface Kind<T> {
  readonly wanted: string;
  readonly secret?: boolean;
  parse(text: string): { readonly value: T } | null;
}

export function integer(minimum: number, maximum: number): Kind<number> {
  return kind(`a whole number from ${minimum} to ${maximum}`, (text) => {
    if (!/^\d{1,12}$/.test(text)) return null;
    const value = Number(text);
    return value >= minimum && value <= maximum ? { value } : null;
  });
}

export function oneOf<const T extends string>(...values: readonly T[]): Kind<T> {
  return kind(`one of ${values.join(', ')}`, (text) => {
    const value = values.find((allowed) => allowed === text);
    return value === undefined ? null : { value };
  });
}

export const flag: Kind<boolean> = kind('true or false', (text) => {
  if (text === 'true' || text === '1') return { value: true };
  return text === 'false' || text === '0' ? { value: false } : null;
});

export const text: Kind<string> = kind('text without line breaks', (value) =>
  /[\r\n\0]/.test(value) ? null : { value },
);

export const folder: Kind<string> = kind('a path', (value) => {
  if (value.includes('\0')) return null;
  const expanded = value === '~' || value.startsWith('~/') ? `${homedir()}${value.slice(1)}` : value;
  return { value: isAbsolute(expanded) ? expanded : resolve(expanded) };
});

/** A name or address to listen on; no port, no scheme. */
export const hostName: Kind<string> = kind('a host name or IP address', (value) =>
  isIP(value) > 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value) ? { value } : null,
);

export const webUrl: Kind<string> = kind('an http or https URL', (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') return null;
  return { value: value.replace(/\/+$/, '') };
});

/** Scheme, host and port, as a browser sends it in `Origin`. */
export const origin: Kind<string> = kind('origins such as https://yudai.example.org, never *', (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === value ? { value } : null;
});

export const postgresUrl: Kind<Secret> = {
  ...kind('a URL such as postgres://user:password@host:5432/yudai', (value) =>
    URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol) ? { value: new Secret(value) } : null,
  ),
  secret: true,
};

/** A secret of at least this many characters. */
export function secretText(minimum: number): Kind<Secret> {
  return {
    ...kind(`printable text of at least ${minimum} characters`, (value) =>
      /^[\x21-\x7e]+$/.test(value) && value.length >= minimum ? { value: new Secret(value) } : null,
    ),
    secret: true,
  };
}

/** A key: long, and not the same few characters over and over as in an example. */
export const strongSecret: Kind<Secret> = {
  ...kind('at least 32 random characters, such as from `openssl rand -base64 32`', (value) =>
    /^[\x21-\x7e]{32,}$/.test(value) &&
    new Set(value).size >= 12 &&
    !/change|example|secret|password|default/i.test(value)
      ? { value: new Secret(value) }
      : null,
  ),
  secret: true,
};

/** What a hosting provider is told, its key perhaps among it. */
export const providerOptions: Kind<Secret> = {
  ...kind('a JSON object with config, create and setup, each as needed', (value) =>
    readProviderOptions(value) === null ? null : { value: new Secret(value) },
  ),
  secret: true,
};

const providerOptionsShape = z
  .object({ config: z.record(z.string(), z.unknown()), create: z.record(z.string(), z.unknown()), setup: z.string() })
  .partial()
  .strict();

/** Null where it is not what `providerOptions` wants. */
export function readProviderOptions(value: string): z.infer<typeof providerOptionsShape> | null {
  try {
    return providerOptionsShape.parse(JSON.parse(value));
  } catch {
    // What is wrong with it is not told: it may hold a key.
    return null;
  }
}

/** A name on GitHub. */
export const githubLogin: Kind<string> = kind('names on GitHub', (value) =>
  /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i.test(value) ? { value: value.toLowerCase() } : null,
);

/** Bytes, written as `1048576`, `512kb` or `1mb`. */
export function byteSize(minimum: number, maximum: number): Kind<number> {
  return kind(`a size from ${minimum} to ${maximum} bytes, such as 512kb or 1mb`, (value) => {
    const match = /^(\d{1,10})(kb|mb)?$/i.exec(value);
    if (match === null) return null;
    const unit = match[2]?.toLowerCase();
    const bytes = Number(match[1]) * (unit === 'mb' ? 1024 * 1024 : unit === 'kb' ? 1024 : 1);
    return bytes >= minimum && bytes <= maximum ? { value: bytes } : null;
  });
}

/** An address or a range in CIDR notation. */
export const addressRange: Kind<string> = kind('IP addresses or ranges such as 10.0.0.0/8', (value) =>
  ipaddr.isValidCIDR(value) || isIP(value) > 0 ? { value } : null,
);

/** Several of a kind, separated by commas. */
export function listOf<T>(item: Kind<T>): Kind<readonly T[]> {
  return kind(`${item.wanted}, separated by commas`, (value) => {
    const parts = value.split(',').map((part) => part.trim());
    const parsed = parts.filter((part) => part !== '').map((part) => item.parse(part));
    const values = parsed.flatMap((result) => (result === null ? [] : [result.value]));
    return values.length === parsed.length ? { value: values } : null;
  });
}

function kind<T>(wanted: string, parse: Kind<T>['parse']): Kind<T> {
  return { wanted, parse };
}
