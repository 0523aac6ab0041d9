// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { api, bodyOf, keyed, onSessionLost, urlOf } from './client'
import { ApiError } from './problem'

const json = (status: number, body: unknown = {}) => new Response(JSON.stringify(body), { status })

describe('a request', () => {
  const lost = vi.fn()
  let answers: Response[]
  let calls: { path: string; body: string; headers: Headers }[]
  const tasks = () => bodyOf(api.GET('/api/v1/tasks'))
  const add = (title: string) => bodyOf(api.POST('/api/v1/tasks', { params: { header: keyed('k') }, body: { title } }))

  beforeEach(() => {
    localStorage.clear()
    document.cookie = 'sf_csrf=token-1'
    answers = []
    calls = []
    lost.mockReset()
    onSessionLost(lost)
    vi.stubGlobal('fetch', async (to: Request | string, init: RequestInit = {}) => {
      const request = typeof to === 'string' ? new Request(new URL(to, location.origin), init) : to
      calls.push({
        path: request.url.replace(location.origin, ''),
        body: await request.text(),
        headers: request.headers,
      })
      return answers.shift() ?? json(200)
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('leaves empty filters out of its address', async () => {
    await bodyOf(
      api.GET('/api/v1/credit-store/transactions', {
        params: { query: { page: 1, source: '', direction: undefined } },
      }),
    )
    expect(calls.map(({ path }) => path)).toEqual(['/api/v1/credit-store/transactions?page=1'])
    expect(urlOf('/api/v1/credit-store/transactions.csv', { source: '' })).toBe('/api/v1/credit-store/transactions.csv')
  })
  it('carries the CSRF token when it changes something, and only then', async () => {
    await add('x')
    await tasks()
    const [post, get] = calls.map(({ headers }) => headers)
    expect([post?.get('X-CSRF-Token'), post?.get('Idempotency-Key')]).toEqual(['token-1', 'k'])
    expect(get?.get('X-CSRF-Token')).toBeNull()
  })
  it('refreshes once on a 401 and is repeated', async () => {
    answers = [json(401), json(200), json(200, { ok: true })]
    expect(await add('x')).toEqual({ ok: true })
    expect(calls.map(({ path }) => path)).toEqual(['/api/v1/tasks', '/api/v1/auth/refresh', '/api/v1/tasks'])
    expect([calls[0]!, calls[2]!].map(({ body, headers }) => [body, headers.get('Idempotency-Key')])).toEqual(
      Array(2).fill(['{"title":"x"}', 'k']),
    )
  })
  it('shares one refresh with the requests beside it', async () => {
    let refreshes = 0
    let fresh = false
    vi.stubGlobal('fetch', async (to: Request | string) => {
      if (typeof to !== 'string') return json(fresh ? 200 : 401)
      refreshes++
      await Promise.resolve()
      fresh = true
      return json(200)
    })
    await Promise.all([tasks(), bodyOf(api.GET('/api/v1/auth/me')), bodyOf(api.GET('/api/v1/api-keys'))])
    expect(refreshes).toBe(1)
  })
  it('gives the session up when the refresh fails', async () => {
    answers = [json(401), json(401)]
    await expect(tasks()).rejects.toBeInstanceOf(ApiError)
    expect(lost).toHaveBeenCalledOnce()
  })
  it('does not refresh for a wrong password', async () => {
    answers = [json(401, { code: 'invalid_credentials' })]
    const login = api.POST('/api/v1/auth/login', { body: { username: 'mei', password: 'wrong' } })
    await expect(login).rejects.toMatchObject({ code: 'invalid_credentials' })
    expect(calls).toHaveLength(1)
  })
  it('does not refresh for a wrong current password, and keeps the session', async () => {
    answers = [json(401, { code: 'invalid_credentials' })]
    const change = api.POST('/api/v1/auth/change-password', {
      body: { current_password: 'wrong', new_password: 'x', keep_api_keys: true, keep_feeds: true },
    })
    await expect(change).rejects.toMatchObject({ code: 'invalid_credentials' })
    expect(calls).toHaveLength(1)
    expect(lost).not.toHaveBeenCalled()
  })
  it('says that nobody answered, with a code of its own', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    await expect(tasks()).rejects.toMatchObject({ problem: { status: 0, code: 'unreachable' } })
  })
  it('tells a refusal with its reasons', async () => {
    answers = [json(422, { code: 'validation_failed', errors: { text: ['unclear'] } })]
    const problem = { problem: { status: 422, errors: { text: ['unclear'] } } }
    await expect(add('')).rejects.toMatchObject(problem)
  })
})
