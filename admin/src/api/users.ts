import { infiniteQueryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import { byCursor } from './page.ts';
import type {
  SignInLinkView,
  UserPage,
  UsersCreateData,
  UsersCreateLinkData,
  UsersDeleteData,
  UsersListData,
  UsersUpdateData,
  UserView,
} from './schema/types.gen.ts';

export const ROLES = ['viewer', 'editor', 'approver', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export type User = UserView;

export const usersQuery = infiniteQueryOptions({
  ...byCursor,
  queryKey: ['users'],
  queryFn: ({ pageParam, signal }) => call<UsersListData, UserPage>('GET', '/users', { query: { limit: 100, cursor: pageParam }, signal }),
});

export const createUser = (body: UsersCreateData['body']): Promise<User> => call<UsersCreateData, User>('POST', '/users', { body });

export const changeUser = (userId: string, body: UsersUpdateData['body']): Promise<User> =>
  call<UsersUpdateData, User>('PATCH', '/users/{userId}', { path: { userId }, body });

export const deleteUser = (userId: string): Promise<void> => call<UsersDeleteData, void>('DELETE', '/users/{userId}', { path: { userId } });

/** A link by which the user sets a password. */
export const createLink = ({ id, status }: Pick<User, 'id' | 'status'>): Promise<SignInLinkView> =>
  call<UsersCreateLinkData, SignInLinkView>('POST', '/users/{userId}/link', {
    path: { userId: id },
    body: { purpose: status === 'invited' ? 'invite' : 'reset' },
  });
