import { expect, test } from 'vitest';
import { match } from './address.ts';
import { find, menu, ROUTES } from './routes.ts';

test('an address gives up its parts', () => {
  expect(match('/residents/:id/edit', '/residents/00ff/edit')).toEqual({ id: '00ff' });
  expect(match('/residents', '/residents/')).toEqual({});
  expect(match('/', '/')).toEqual({});
});

test('an address of another form is none of ours', () => {
  expect(match('/residents/:id', '/residents')).toBeUndefined();
  expect(match('/residents/:id', '/residents/')).toBeUndefined();
  expect(match('/residents/:id', '/residents/a/b')).toBeUndefined();
  for (const id of ['..', '%2e%2e', 'a?b', 'A', '<b>', 'ü']) expect(match('/residents/:id', `/residents/${id}`)).toBeUndefined();
});

test('a word comes before a number that could be it', () => {
  expect(find('/residents/new')?.route.path).toBe('/residents/new');
  expect(find('/residents/00ff')?.route.path).toBe('/residents/:id');
  expect(find('/schemas/new')?.route.path).toBe('/schemas/new');
  expect(find('/nowhere')).toBeUndefined();
});

test('a menu leads only where its role may go', () => {
  const places = (role: Parameters<typeof menu>[0]): string[] => menu(role).flatMap(({ places }) => places.map(([name]) => name));
  expect(places('clerk')).toEqual(['start', 'residents', 'approvals', 'revocations', 'imports', 'renewals', 'keys']);
  expect(places('auditor')).toEqual(['start', 'renewals', 'keys', 'audit', 'schemas']);
  expect(places('registrar')).toContain('staff');
});

test('no clerk reads the logbook and no auditor reads a record', () => {
  const roles = (path: string) => find(path)?.route.roles;
  expect(roles('/audit')).not.toContain('clerk');
  for (const { path, roles } of ROUTES) if (path.startsWith('/residents')) expect(roles).not.toContain('auditor');
});
