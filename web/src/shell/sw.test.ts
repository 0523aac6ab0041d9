import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const origin = 'https://smartflow.invalid'
const files = ['/', '/assets/app.js']
const today = '/api/v1/schedule/today'
const date = 'Mon, 30 Nov 2026 01:41:00 GMT'
const unfilled = "const build = { version: '', files: [] }"

interface Asked {
  method: string
  url: string
  mode?: string
}
type Answer = Response | undefined | Promise<Response>
type Listener = (event: Record<string, unknown>) => void

/** The worker as it is shipped, in front of a network that the test decides on. */
function start() {
  const stores = new Map<string, Map<string, Response>>()
  const listeners: Record<string, Listener> = {}
  const net = { answer: (_url: string): Answer => undefined }
  const urlOf = (asked: string | Asked) => new URL(typeof asked === 'string' ? asked : asked.url, origin).href
  const caches = {
    keys: async () => [...stores.keys()],
    delete: async (name: string) => stores.delete(name),
    async open(name: string) {
      const store = stores.get(name) ?? new Map<string, Response>()
      stores.set(name, store)
      return {
        addAll: async (all: string[]) => all.forEach((one) => store.set(urlOf(one), new Response(one))),
        put: async (asked: string, answer: Response) => void store.set(urlOf(asked), answer),
        match: async (asked: string | Asked) => store.get(urlOf(asked))?.clone(),
        keys: async () => [...store.keys()],
        delete: async (url: string) => store.delete(url),
      }
    },
  }
  const self = {
    location: { origin },
    registration: {},
    clients: { claim: async () => undefined },
    skipped: false,
    skipWaiting: () => (self.skipped = true),
    addEventListener: (name: string, listener: Listener) => (listeners[name] = listener),
  }
  const fetch = async (asked: Asked) => {
    const answer = await net.answer(urlOf(asked))
    if (!answer) throw new TypeError('nobody there')
    return answer
  }
  const code = readFileSync('public/sw.js', 'utf8')
  expect(code).toContain(unfilled)
  const filled = code.replace(unfilled, `const build = ${JSON.stringify({ version: '1', files })}`)
  new Function('self', 'caches', 'fetch', filled)(self, caches, fetch)

  async function send(name: string, event: Record<string, unknown> = {}) {
    const waits: unknown[] = []
    let answer: Promise<Response> | undefined
    listeners[name]!({
      ...event,
      waitUntil: (wait: unknown) => waits.push(wait),
      respondWith: (next: Promise<Response>) => (answer = next),
    })
    await Promise.all(waits)
    return answer
  }
  const ask = (path: string, more: Partial<Asked> = {}) =>
    send('fetch', { request: { method: 'GET', url: origin + path, ...more } as Asked })
  const keptNow = () => stores.get('smartflow-kept')?.size ?? 0
  return { net, stores, self, send, ask, keptNow }
}

const says = (text: string) => new Response(text, { headers: { Date: date, 'Content-Type': 'application/json' } })

it('asks the server first, and answers with what was kept only where nobody does', async () => {
  const { net, ask } = start()
  net.answer = () => says('old')
  await ask(today)
  net.answer = () => says('new')
  const fresh = (await ask(today))!
  expect([await fresh.text(), fresh.headers.get('SmartFlow-As-Of')]).toEqual(['new', null])
  net.answer = () => undefined
  const kept = (await ask(today))!
  expect([await kept.text(), kept.headers.get('SmartFlow-As-Of')]).toEqual(['new', '2026-11-30T01:41:00.000Z'])
  net.answer = () => new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } })
  expect(await (await ask(today))!.text()).toBe('new')
})

it.each([401, 403, 503])('leaves what the server says as it is: %i', async (status) => {
  const { net, ask } = start()
  net.answer = () => says('mine')
  await ask(today)
  net.answer = () => new Response('{}', { status, headers: { 'Content-Type': 'application/problem+json' } })
  expect((await ask(today))!.status).toBe(status)
})

it.each(['/api/v1/auth/logout', '/api/v1/auth/login', '/api/v1/auth/register', '/api/v1/account'])(
  'keeps nothing of one user for the next: %s',
  async (path) => {
    const { net, ask, keptNow } = start()
    net.answer = () => says('mine')
    await ask(today)
    expect(keptNow()).toBe(1)
    let arrive: (answer: Response) => void = () => undefined
    net.answer = () => new Promise<Response>((resolve) => (arrive = resolve))
    const under = ask(today)
    await ask(path, { method: 'POST' })
    expect(keptNow()).toBe(0)
    arrive(says('mine, late'))
    await (await under)!
    expect(keptNow()).toBe(0)
    net.answer = () => undefined
    expect((await ask(today))!.type).toBe('error')
  },
)

it('opens every page of the application, and none of the programs', async () => {
  const { ask, send } = start()
  await send('install')
  expect(await (await ask('/week/3', { mode: 'navigate' }))!.text()).toBe('/')
  expect(await (await ask('/assets/app.js'))!.text()).toBe('/assets/app.js')
  for (const path of ['/api/v1/account/export', '/openapi/v1.json', '/v1/models'])
    expect(await ask(path, { mode: 'navigate' })).toBeUndefined()
  for (const path of ['/api/v1/credit-store/summary', '/api/v1/agent/conversations'])
    expect(await ask(path)).toBeUndefined()
})

it('keeps a few answers', async () => {
  const { net, ask, keptNow } = start()
  net.answer = () => says('a page')
  for (let page = 1; page < 20; page++) await ask(`/api/v1/tasks?page=${page}`)
  expect(keptNow()).toBe(12)
})

it('waits with a new version until it is wanted, and leaves nothing of the one before', async () => {
  const { self, stores, send } = start()
  stores.set('smartflow-shell-0', new Map())
  await send('install')
  expect(self.skipped).toBe(false)
  await send('message', { data: { renew: true } })
  expect(self.skipped).toBe(true)
  await send('activate')
  expect([...stores.keys()]).toEqual(['smartflow-shell-1'])
})
