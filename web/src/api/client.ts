import { readCsrfToken } from './cookies'
import { ApiError, offline, readProblem } from './problem'
import { refreshSession } from './refresh'

export interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  /** Kept by the caller across retries of one intent, so that the server acts once. */
  idempotencyKey?: string
  signal?: AbortSignal
  accept?: string
}

const base = '/api/v1/'
let language = 'zh-CN'
let sessionLost: () => void = () => {}

/** The language of names and texts that the server sends. */
export function speak(locale: string) {
  language = locale
}

/** Called once when neither the access cookie nor a refresh works any more. */
export function onSessionLost(listener: () => void) {
  sessionLost = listener
}

export function urlOf(path: string, query: RequestOptions['query'] = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()
  return base + path + (search ? `?${search}` : '')
}

function headersOf(method: string, options: RequestOptions): Headers {
  const headers = new Headers({ Accept: options.accept ?? 'application/json', 'X-SmartFlow-Client': 'web' })
  headers.set('Accept-Language', language)
  // A form sets its own type, with its boundary.
  if (options.body !== undefined && !(options.body instanceof FormData)) headers.set('Content-Type', 'application/json')
  if (options.idempotencyKey) headers.set('Idempotency-Key', options.idempotencyKey)
  const csrf = method === 'GET' ? undefined : readCsrfToken()
  if (csrf) headers.set('X-CSRF-Token', csrf)
  return headers
}

async function once(method: string, path: string, options: RequestOptions): Promise<Response> {
  try {
    return await fetch(urlOf(path, options.query), {
      method,
      headers: headersOf(method, options),
      body: options.body === undefined || options.body instanceof FormData ? options.body : JSON.stringify(options.body),
      signal: options.signal,
      credentials: 'same-origin',
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new ApiError(offline)
  }
}

/** Then the session is good, and a repeat would be one more failed try. */
const isWrongPassword = async (response: Response) =>
  (await readProblem(response.clone())).code === 'invalid_credentials'

/** Sends a request; a 401 outside the auth routes is answered by one refresh and one repeat. */
export async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const startedAt = Date.now()
  let response = await once(method, path, options)
  if (response.status === 401 && !/^auth\/(login|register|refresh|logout)$/.test(path) && !(await isWrongPassword(response))) {
    if (await refreshSession(startedAt)) response = await once(method, path, options)
    if (response.status === 401) sessionLost()
  }
  if (!response.ok) throw new ApiError(await readProblem(response))
  return response
}

export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, options)
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}
