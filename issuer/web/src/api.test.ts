import { afterEach, expect, test, vi } from 'vitest';
import { call, get, listener, post, Problem, query, useToken } from './api.ts';

function answer(status: number, body: string, type = 'application/problem+json') {
  const spy = vi.fn(async (_path: string, _init: RequestInit) => new Response(body === '' ? null : body, { status, headers: { 'content-type': type } }));
  vi.stubGlobal('fetch', spy);
  return spy;
}

afterEach(() => {
  vi.unstubAllGlobals();
  listener.ended = () => {};
  listener.answered = () => {};
});

const problemOf = async (work: Promise<unknown>): Promise<Problem> => {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof Problem)) throw new Error('no problem was thrown');
  return error;
};

test('parameters that are not set stay out of the path', () => {
  expect(query('/api/residents', { search: '', state: undefined, page: 1 })).toBe('/api/residents?page=1');
  expect(query('/api/residents', { search: 'a&b=ü' })).toBe('/api/residents?search=a%26b%3D%C3%BC');
  expect(query('/api/residents', {})).toBe('/api/residents');
});

test('a write carries the token and a read does not', async () => {
  const spy = answer(200, '{}');
  useToken('secret');
  await post('/api/schemas', { code: 'x' });
  await get('/api/schemas');
  expect(spy.mock.calls.map(([, init]) => (init.headers as Record<string, string>)['X-CSRF-Token'])).toEqual(['secret', undefined]);
});

test('a problem keeps its code, its fields and how long to wait', async () => {
  answer(429, JSON.stringify({ type: 'urn:glimpse:problem:locked', title: 'Locked', status: 429, retry_after: 60, errors: [{ field: 'a', code: 'b', message: 'c' }] }));
  const problem = await problemOf(get('/api/session'));
  expect(problem).toMatchObject({ code: 'locked', status: 429, retryAfter: 60, errors: [{ field: 'a' }] });
});

test('an answer that is not the service’s own is still a problem', async () => {
  answer(502, '<html>Bad gateway</html>', 'text/html');
  expect((await problemOf(get('/api/session'))).code).toBe('internal');
});

test('nobody answering is told to the caller and to the page', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('network')));
  const reached: boolean[] = [];
  listener.answered = (yes) => reached.push(yes);
  expect((await problemOf(get('/api/session'))).code).toBe('offline');
  expect(reached).toEqual([false]);
});

test('a session that has ended is told to the page, a wrong password is not', async () => {
  let ended = 0;
  listener.ended = () => (ended += 1);
  answer(401, JSON.stringify({ type: 'urn:glimpse:problem:sign-in' }));
  await problemOf(call('POST', '/api/session'));
  expect(ended).toBe(0);
  answer(401, JSON.stringify({ type: 'urn:glimpse:problem:unauthenticated' }));
  await problemOf(get('/api/residents'));
  expect(ended).toBe(1);
});

test('an empty answer is nothing', async () => {
  answer(204, '');
  expect(await call('DELETE', '/api/session')).toBeUndefined();
});
