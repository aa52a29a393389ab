/** The office's service, as the page calls it: every type that crosses, and one way to call. */
import type { Language, Texts } from '@glimpse/ui/i18n.svelte.ts';
import type { SchemaBody, Value } from '@glimpse/ui/schema.ts';

export type Role = 'clerk' | 'registrar' | 'auditor';

export interface Session {
  name: string;
  role: Role;
  csrf: string;
  totp: boolean;
  must_enrol: boolean;
  language?: Language;
  office: { id: string; names: Texts };
}

export interface Office {
  id: string;
  names: Texts;
  signing_key: string;
  public_url: string;
  version: string;
  database: string;
  started: number;
  demo: boolean;
  require_totp: boolean;
  limits: { import_octets: number };
}

export interface Overview {
  residents: number;
  live: number;
  open_invitations: number;
  approvals: number;
  revocations: number;
  imports_running: number;
  renewals_due: number;
}

export interface CredentialKey {
  id: string;
  /** The office's first key may be older than these records. */
  created?: number;
  not_before?: number;
  not_after?: number;
  state: 'next' | 'current' | 'retiring' | 'retired';
  live: number;
}

export interface Keys {
  signing: { key: string; next?: string };
  credential: CredentialKey[];
}

export interface Schema extends SchemaBody {
  id: string;
  live: number;
  residents: number;
  added: number;
}

export type ResidentState = 'new' | 'invited' | 'holds' | 'revoked';

export interface ResidentLine {
  id: string;
  reference: string;
  name: string;
  schema: string;
  state: ResidentState;
  created: number;
  updated: number;
}

export type Values = Record<string, Value>;

export interface Credential {
  handle: string;
  key: string;
  issued: number;
  state: 'live' | 'revoking' | 'revoked';
  revoked?: number;
  reason?: Reason;
  last_epoch?: string;
}

export type InvitationState =
  | 'open'
  | 'scanned'
  | 'waiting'
  | 'issued'
  | 'accepted'
  | 'failed'
  | 'expired'
  | 'cancelled'
  | 'dead';

export interface Invitation {
  id: string;
  resident: string;
  created: number;
  created_by: string;
  expires: number;
  devices: number;
  issued: number;
  state: InvitationState;
  approval: boolean;
  offer_uri?: string;
  offer_qr?: string;
  code?: string;
}

export interface Resident {
  id: string;
  reference: string;
  schema: string;
  state: ResidentState;
  values: Values;
  version: number;
  created: number;
  updated: number;
  credentials: Credential[];
  invitations: Invitation[];
}

export interface Approval {
  invitation: string;
  resident: string;
  name: string;
  schema: string;
  requested: number;
  requested_by: string;
  /** Of the record: approving names the one that was looked at. */
  version: number;
}

export const REASONS = ['moved', 'deceased', 'lost', 'error', 'fraud', 'request', 'other'] as const;
export type Reason = (typeof REASONS)[number];

export interface Revocation {
  id: string;
  handle: string;
  /** None for a card that was issued without a record. */
  resident?: string;
  name: string;
  schema: string;
  reason: Reason;
  note?: string;
  requested: number;
  requested_by: string;
  state: 'requested' | 'confirmed' | 'refused';
  decided?: number;
  decided_by?: string;
}

export type DateOrder = 'day-first' | 'month-first';

export interface Mapping {
  column: number;
  attribute: string | null;
  /** What comes first in a column of dates such as 05/06/1990, where that must be said. */
  dates?: DateOrder;
}

export interface Import {
  id: string;
  schema: string;
  name: string;
  state: 'mapping' | 'checking' | 'checked' | 'running' | 'done' | 'cancelled';
  encoding: string;
  delimiter: string;
  columns: string[];
  sample: string[][];
  mapping: Mapping[];
  rows: number;
  checked?: { good: number; bad: number };
  done: number;
  created: number;
  skipped: number;
  bad: number;
  received?: number;
  received_by?: string;
  started?: number;
  finished?: number;
}

export interface RowError {
  row: number;
  field: string;
  code: string;
  message: string;
}

export interface Renewal {
  schema: string;
  key: string;
  epoch: string;
  next: string;
  state: 'due' | 'running' | 'done' | 'failed';
  buckets: number;
  done: number;
  renewed: number;
  started?: number;
  finished?: number;
  octets: number;
  failure?: string;
}

export interface Entry {
  number: number;
  at: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
  digest: string;
}

export interface ChainCheck {
  entries: number;
  whole: boolean;
  broken_at?: number;
  head: string;
}

export interface Staff {
  id: string;
  name: string;
  role: Role;
  totp: boolean;
  disabled: boolean;
  locked_until?: number;
  last_seen?: number;
}

export interface Enrolment {
  secret: string;
  uri: string;
  qr: string;
}

export interface Page<T> {
  items: T[];
  total: number;
  page: number;
  per_page: number;
}

export interface FieldError {
  field: string;
  code: string;
  message: string;
}

interface ProblemBody {
  type?: string;
  title?: string;
  detail?: string;
  errors?: FieldError[];
  retry_after?: number;
}

/** Why a call was not answered with what it asked for. `offline` is ours: nobody answered. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string | undefined;
  readonly errors: FieldError[];
  readonly retryAfter: number | undefined;

  constructor(status: number, body: ProblemBody) {
    super(body.title ?? '');
    this.status = status;
    this.code = body.type?.split(':').pop() ?? 'internal';
    this.detail = body.detail;
    this.errors = body.errors ?? [];
    this.retryAfter = body.retry_after;
  }
}

/** Told of what concerns the whole page and not only the caller. */
export const listener = {
  ended: (): void => {},
  answered: (_reached: boolean): void => {},
};

let token = '';

/** The token that shows the service that a write comes from this page. */
export function useToken(csrf: string): void {
  token = csrf;
}

interface Options {
  body?: unknown;
  file?: Blob;
  signal?: AbortSignal | undefined;
}

async function send(method: string, path: string, { body, file, signal }: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-CSRF-Token'] = token;
  if (file) headers['Content-Type'] = 'text/csv';
  else if (body !== undefined) headers['Content-Type'] = 'application/json';
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (signal) init.signal = signal;
  if (file) init.body = file;
  else if (body !== undefined) init.body = JSON.stringify(body);
  try {
    return await fetch(path, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    listener.answered(false);
    throw new Problem(0, { type: 'offline' });
  }
}

export async function call<T = void>(method: string, path: string, options: Options = {}): Promise<T> {
  const response = await send(method, path, options);
  listener.answered(true);
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  let body: ProblemBody = {};
  try {
    body = JSON.parse(text) as ProblemBody;
  } catch {
    // Not one of the service's own answers: something stands between it and the page.
  }
  const problem = new Problem(response.status, body);
  if (problem.code === 'unauthenticated') listener.ended();
  throw problem;
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => call<T>('GET', path, { signal });
export const post = <T = void>(path: string, body?: unknown): Promise<T> => call<T>('POST', path, { body: body ?? {} });
export const put = <T = void>(path: string, body: unknown): Promise<T> => call<T>('PUT', path, { body });
export const remove = (path: string, body?: unknown): Promise<void> => call('DELETE', path, body === undefined ? {} : { body });

/** A path with the parameters that are set. */
export function query(path: string, parameters: Record<string, string | number | undefined>): string {
  const set = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(set.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}
