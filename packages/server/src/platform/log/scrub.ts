/** What secrets look like when they turn up in text that was not meant to hold any. */
const shapes: readonly RegExp[] = [
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|ATBB[A-Za-z0-9]{20,})/g,
  /\b(?:sk|rk|pk)[-_](?:ant|or|proj|live|test|svcacct)?[-_]?[A-Za-z0-9][\w-]{18,}/g,
  /\b(?:gsk|hf|npm|r8|glsa|figd|shpat|shpss|dop_v1|doo_v1|lin_api|sbp|whsec|ntn|secret|pat|xai|pplx|nvapi|vcp)[_-][A-Za-z0-9_-]{20,}/g,
  /\bpypi-[\w-]{20,}/g,
  /\bAIza[\w-]{30,}/g,
  /\bya29\.[\w-]{20,}/g,
  /\bGOCSPX-[\w-]{20,}/g,
  /\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bxapp-[\w-]{10,}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\bSK[0-9a-f]{32}\b/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** Where a secret stands, whatever it looks like: the first group stays, the rest goes. */
const places: readonly RegExp[] = [
  /\b((?:bearer|basic|token)\s+)[\w.~+/-]{8,}=*/gi,
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@\\]+(?=@)/gi,
  /(\b(?:access_?token|auth_?token|api_?key|client_?secret|account_?key|password|passwd|secret|token)\s*[=:]\s*)(?!\[)[^\s"'&,;\\]{3,}/gi,
];

/** The same text with everything that looks like a secret, or stands where one stands, replaced by `[redacted]`. */
export function scrubSecrets(text: string): string {
  let scrubbed = text;
  for (const shape of shapes) scrubbed = scrubbed.replace(shape, '[redacted]');
  for (const place of places) scrubbed = scrubbed.replace(place, '$1[redacted]');
  return scrubbed;
}
