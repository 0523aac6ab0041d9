import { api, bodyOf } from '@/api/client'
import type { Schemas } from '@/api/types'

export type Credentials = Schemas['LoginRequest']

/** What this installation can offer before anybody is signed in. */
export const authCapabilities = () => bodyOf(api.GET('/api/v1/auth/capabilities'))
export const signIn = (body: Credentials) => bodyOf(api.POST('/api/v1/auth/login', { body }))
export const register = (body: Schemas['RegisterRequest']) => bodyOf(api.POST('/api/v1/auth/register', { body }))
export const signOut = () => bodyOf(api.POST('/api/v1/auth/logout'))
export const fetchMe = () => bodyOf(api.GET('/api/v1/auth/me'))
export const rename = (name: string) => bodyOf(api.PATCH('/api/v1/auth/me', { body: { display_name: name } }))

export const changePassword = (body: Schemas['ChangePasswordRequest']) =>
  bodyOf(api.POST('/api/v1/auth/change-password', { body }))

/** Answered alike for every name. */
export const askRecovery = (account: string) => bodyOf(api.POST('/api/v1/auth/recovery', { body: { account } }))
export const completeRecovery = (body: Schemas['NewPasswordRequest']) =>
  bodyOf(api.POST('/api/v1/auth/recovery/complete', { body }))
export const changeEmail = (body: Schemas['ChangeEmailRequest']) => bodyOf(api.PUT('/api/v1/auth/email', { body }))
export const removeEmail = (password: string) => bodyOf(api.DELETE('/api/v1/auth/email', { body: { password } }))
export const confirmEmail = (token: string) => bodyOf(api.POST('/api/v1/auth/email/confirm', { body: { token } }))

/** The file is whole: one that breaks off is an error. */
export const exportAccount = async () => {
  const { data, response } = await api.GET('/api/v1/account/export', { parseAs: 'blob' })
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1]
  return { name: name ?? 'smartflow-export.json', file: data as unknown as Blob }
}
export const deleteAccount = (password: string) => bodyOf(api.DELETE('/api/v1/account', { body: { password } }))

export const listSessions = async () => (await bodyOf(api.GET('/api/v1/auth/sessions'))).items
export const endSession = (id: string) => bodyOf(api.DELETE('/api/v1/auth/sessions/{id}', { params: { path: { id } } }))
export const endOtherSessions = () => bodyOf(api.DELETE('/api/v1/auth/sessions'))

export const listApiKeys = async () => (await bodyOf(api.GET('/api/v1/api-keys'))).items
/** The password is needed where the sign-in is some time ago. */
export const createApiKey = (body: { name: string; password?: string }) =>
  bodyOf(api.POST('/api/v1/api-keys', { body }))
export const updateApiKey = (id: number, body: Schemas['UpdateApiKeyRequest']) =>
  bodyOf(api.PATCH('/api/v1/api-keys/{id}', { params: { path: { id } }, body }))
export const listLimits = async () => (await bodyOf(api.GET('/api/v1/limits'))).items
export const deleteApiKey = (id: number) => bodyOf(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } }))
