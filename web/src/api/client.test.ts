// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { onSessionLost, request, urlOf } from './client'
import { ApiError } from './problem'

const json = (status: number, body: unknown = {}) => new Response(JSON.stringify(body), { status })

describe('a request', () => {
  const lost = vi.fn()
  let answers: Response[]
  let calls: { url: string; init: RequestInit }[]

  beforeEach(() => {
    localStorage.clear()
    document.cookie = 'sf_csrf=token-1'
    answers = []
    calls = []
    lost.mockReset()
    onSessionLost(lost)
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      calls.push({ url, init })
      return answers.shift() ?? json(200)
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('leaves empty filters out of its address', () => {
    expect(urlOf('tasks', { completed: false, source: '', page: undefined })).toBe('/api/v1/tasks?completed=false')
  })
  it('carries the CSRF token when it changes something, and only then', async () => {
    await request('POST', 'tasks', { body: {}, idempotencyKey: 'k' })
    await request('GET', 'tasks')
    const [post, get] = calls.map(({ init }) => init.headers as Headers)
    expect([post?.get('X-CSRF-Token'), post?.get('Idempotency-Key')]).toEqual(['token-1', 'k'])
    expect(get?.get('X-CSRF-Token')).toBeNull()
  })
  it('refreshes once on a 401 and is repeated', async () => {
    answers = [json(401), json(200), json(200, { ok: true })]
    expect(await request('GET', 'tasks')).toEqual({ ok: true })
    expect(calls.map(({ url }) => url)).toEqual(['/api/v1/tasks', '/api/v1/auth/refresh', '/api/v1/tasks'])
  })
  it('shares one refresh with the requests beside it', async () => {
    let refreshes = 0
    let fresh = false
    vi.stubGlobal('fetch', async (url: string) => {
      if (!url.endsWith('auth/refresh')) return json(fresh ? 200 : 401)
      refreshes++
      await Promise.resolve()
      fresh = true
      return json(200)
    })
    await Promise.all([request('GET', 'tasks'), request('GET', 'auth/me'), request('GET', 'api-keys')])
    expect(refreshes).toBe(1)
  })
  it('gives the session up when the refresh fails', async () => {
    answers = [json(401), json(401)]
    await expect(request('GET', 'tasks')).rejects.toBeInstanceOf(ApiError)
    expect(lost).toHaveBeenCalledOnce()
  })
  it('does not refresh for a wrong password', async () => {
    answers = [json(401, { code: 'invalid_credentials' })]
    await expect(request('POST', 'auth/login', { body: {} })).rejects.toMatchObject({ code: 'invalid_credentials' })
    expect(calls).toHaveLength(1)
  })
  it('does not refresh for a wrong current password, and keeps the session', async () => {
    answers = [json(401, { code: 'invalid_credentials' })]
    await expect(request('POST', 'auth/change-password', { body: {} })).rejects.toMatchObject({ code: 'invalid_credentials' })
    expect(calls).toHaveLength(1)
    expect(lost).not.toHaveBeenCalled()
  })
  it('tells a refusal with its reasons', async () => {
    answers = [json(422, { code: 'validation_failed', errors: { text: ['unclear'] } })]
    const problem = { problem: { status: 422, errors: { text: ['unclear'] } } }
    await expect(request('POST', 'tasks/quick-add', { body: {} })).rejects.toMatchObject(problem)
  })
})
