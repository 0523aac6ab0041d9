import createClient from 'openapi-fetch'
import { readCsrfToken } from './cookies'
import { ApiError, offline, readProblem } from './problem'
import { noteLost, noteReached } from './reach'
import { refreshSession } from './refresh'
import type { paths } from './schema'

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

/** Filters that are empty are left out. */
function searchOf(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()
}

/** The address of a file that the browser fetches itself. */
export function urlOf(path: keyof paths, query: Record<string, string> = {}): string {
  const search = searchOf(query)
  return path + (search ? `?${search}` : '')
}

async function once(request: Request): Promise<Response> {
  request.headers.set('Accept-Language', language)
  const csrf = request.method === 'GET' ? undefined : readCsrfToken()
  if (csrf) request.headers.set('X-CSRF-Token', csrf)
  try {
    const response = await fetch(request)
    // The worker's own: the server was not there.
    const asOf = response.headers.get('SmartFlow-As-Of')
    if (asOf) noteLost(asOf)
    else noteReached()
    return response
  } catch (error) {
    if (request.signal.aborted) throw error
    noteLost()
    throw new ApiError(offline)
  }
}

/** Then the session is good, and a repeat would be one more failed try. */
const isWrongPassword = async (response: Response) =>
  (await readProblem(response.clone())).code === 'invalid_credentials'

const beginsOrEnds = (request: Request) => /\/auth\/(login|register|refresh|logout)$/.test(request.url)

/** Sends a request; a 401 outside the auth routes is answered by one refresh and one repeat. */
async function send(request: Request): Promise<Response> {
  const startedAt = Date.now()
  // Its body can be read once.
  let response = await once(request.clone())
  if (response.status === 401 && !beginsOrEnds(request) && !(await isWrongPassword(response))) {
    if (await refreshSession(startedAt)) response = await once(request)
    if (response.status === 401) sessionLost()
  }
  if (!response.ok) throw new ApiError(await readProblem(response))
  return response
}

/** Every path, parameter and body of docs/openapi.v1.json; what is not a success is thrown as an ApiError. */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin,
  credentials: 'same-origin',
  headers: { Accept: 'application/json', 'X-SmartFlow-Client': 'web' },
  querySerializer: searchOf,
  fetch: send,
})

type Body<Answer> = Answer extends { data: infer Data; response: Response } ? Data : never

/** What an answer says. */
export const bodyOf = async <Answer extends { data?: unknown }>(answer: Promise<Answer>) =>
  (await answer).data as [Body<Answer>] extends [never] ? void : Body<Answer>

/** The header of one intent; kept by the caller across retries, so that the server acts once. */
export const keyed = (idempotencyKey: string) => ({ 'Idempotency-Key': idempotencyKey })
