const digits = '0123456789abcdefABCDEF0123456789abcdef01';

/** What secrets of many services look like. Built at run time, so that no scanner takes this file for a leak. */
export const secretShapes: Readonly<Record<string, string>> = {
  githubClassic: `ghp_${digits}`,
  githubServer: `ghs_${digits}`,
  githubFine: `github_pat_${digits}`,
  gitlab: `glpat-${digits.slice(0, 20)}`,
  bitbucket: `ATBB${digits}`,
  openai: `sk-proj-${digits}`,
  openaiOld: `sk-${digits}`,
  anthropic: `sk-ant-api03-${digits}`,
  openrouter: `sk-or-v1-${digits}`,
  google: `AIza${digits.slice(0, 35)}`,
  googleOauth: `ya29.${digits}`,
  googleClient: `GOCSPX-${digits.slice(0, 28)}`,
  aws: `AKIA${'ABCDEFGH01234567'}`,
  awsSession: `ASIA${'ABCDEFGH01234567'}`,
  slackBot: `xoxb-${digits}`,
  slackApp: `xapp-1-${digits}`,
  stripe: `sk_live_${digits}`,
  stripeHook: `whsec_${digits}`,
  npm: `npm_${digits.slice(0, 36)}`,
  pypi: `pypi-${digits}`,
  sendgrid: `SG.${digits.slice(0, 22)}.${digits}`,
  twilio: `SK${digits.slice(0, 6)}${'0123456789abcdef0123456789'}`,
  huggingface: `hf_${digits.slice(0, 34)}`,
  groq: `gsk_${digits}`,
  grafana: `glsa_${digits}`,
  shopify: `shpat_${digits}`,
  digitalocean: `dop_v1_${digits}`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.${digits}.${digits}`,
  pem: `-----BEGIN RSA PRIVATE KEY-----\n${digits}\n-----END RSA PRIVATE KEY-----`,
  bearer: `Bearer ${digits}`,
  basic: `Basic ${digits}==`,
  userinfo: `https://x-access-token:${digits}@github.com/a/b.git`,
  password: `password=${digits}`,
  accountKey: `AccountKey=${digits}==`,
};

/** Finds any of them in a text, also in part. */
export const secretPart = new RegExp(`${digits.slice(0, 12)}|ABCDEFGH01234567`);
