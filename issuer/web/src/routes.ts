/** Every screen: its address, who may see it, and where its code is. */
import type { Component } from 'svelte';
import type { Role } from './api.ts';
import { match, type Params } from './address.ts';

/** Most screens take no part of the address; those that do take all of it. */
export type Screen = Component<{ params: Params }> | Component<Record<string, never>>;

export type Load = () => Promise<{ default: Screen }>;

interface Route {
  path: string;
  roles: readonly Role[];
  load: Load;
}

const ALL: readonly Role[] = ['clerk', 'registrar', 'auditor'];
const COUNTER: readonly Role[] = ['clerk', 'registrar'];
const READERS: readonly Role[] = ['registrar', 'auditor'];
const REGISTRAR: readonly Role[] = ['registrar'];

const route = (path: string, roles: readonly Role[], load: Load): Route => ({ path, roles, load });

export const ROUTES: readonly Route[] = [
  route('/', ALL, () => import('./screens/Start.svelte')),
  route('/residents', COUNTER, () => import('./screens/Residents.svelte')),
  route('/residents/new', COUNTER, () => import('./screens/NewResident.svelte')),
  route('/residents/:id', COUNTER, () => import('./screens/Resident.svelte')),
  route('/residents/:id/edit', COUNTER, () => import('./screens/EditResident.svelte')),
  route('/residents/:id/issue', COUNTER, () => import('./screens/Issue.svelte')),
  route('/invitations/:id', COUNTER, () => import('./screens/Invitation.svelte')),
  route('/approvals', COUNTER, () => import('./screens/Approvals.svelte')),
  route('/revocations', COUNTER, () => import('./screens/Revocations.svelte')),
  route('/imports', COUNTER, () => import('./screens/Imports.svelte')),
  route('/imports/:id', COUNTER, () => import('./screens/Import.svelte')),
  route('/renewals', ALL, () => import('./screens/Renewals.svelte')),
  route('/keys', ALL, () => import('./screens/Keys.svelte')),
  route('/audit', READERS, () => import('./screens/Audit.svelte')),
  route('/schemas', READERS, () => import('./screens/Schemas.svelte')),
  route('/schemas/new', REGISTRAR, () => import('./screens/Designer.svelte')),
  route('/schemas/new/:from', REGISTRAR, () => import('./screens/Designer.svelte')),
  route('/schemas/:id', READERS, () => import('./screens/Schema.svelte')),
  route('/staff', REGISTRAR, () => import('./screens/Staff.svelte')),
  route('/account', ALL, () => import('./screens/Account.svelte')),
];

/** The first screen of the list whose address this is. */
export function find(path: string): { route: Route; params: Params } | undefined {
  for (const route of ROUTES) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return undefined;
}

const PLACES = [
  ['counter', [['start', '/'], ['residents', '/residents'], ['approvals', '/approvals'], ['revocations', '/revocations'], ['imports', '/imports']]],
  ['office', [['renewals', '/renewals'], ['keys', '/keys'], ['audit', '/audit'], ['schemas', '/schemas'], ['staff', '/staff']]],
] as const;

/** The menu of a role: the groups of places that it may go to. */
export function menu(role: Role) {
  return PLACES.map(([group, places]) => {
    const open = places.filter(([, path]) => find(path)?.route.roles.includes(role));
    return { group, places: open };
  });
}
