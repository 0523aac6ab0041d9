import { request } from '@/api/client'
import type { ApiKey, ChangePassword, LimitUse, NewApiKey, OpenSession, Paged, Profile, SignedIn, User } from '@/api/types'
import type { KeyTerms } from './keyTerms'

export interface Credentials {
  username: string
  password: string
}

export const signIn = (body: Credentials) => request<SignedIn>('POST', 'auth/login', { body })
export const register = (body: Credentials & { email?: string }) => request<SignedIn>('POST', 'auth/register', { body })
export const signOut = () => request<void>('POST', 'auth/logout')
export const fetchMe = () => request<User>('GET', 'auth/me')
export const fetchProfile = () => request<Profile>('GET', 'auth/me')
export const rename = (name: string) => request<Profile>('PATCH', 'auth/me', { body: { display_name: name } })

export const changePassword = (body: ChangePassword) => request<void>('POST', 'auth/change-password', { body })

export const listSessions = async () => (await request<Paged<OpenSession>>('GET', 'auth/sessions')).items
export const endSession = (id: string) => request<void>('DELETE', `auth/sessions/${id}`)
export const endOtherSessions = () => request<void>('DELETE', 'auth/sessions')

export const listApiKeys = async () => (await request<Paged<ApiKey>>('GET', 'api-keys')).items
/** The password is needed where the sign-in is some time ago. */
export const createApiKey = (body: { name: string; password?: string }, idempotencyKey: string) =>
  request<NewApiKey>('POST', 'api-keys', { body, idempotencyKey })
export const updateApiKey = (id: number, terms: KeyTerms) => request<ApiKey>('PATCH', `api-keys/${id}`, { body: terms })
export const listLimits = async () => (await request<{ items: LimitUse[] }>('GET', 'limits')).items
export const deleteApiKey = (id: number) => request<void>('DELETE', `api-keys/${id}`)
