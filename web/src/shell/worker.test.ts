import { afterEach, beforeEach, expect, it, vi } from 'vitest'

interface Listening {
  on: Record<string, () => void>
  addEventListener: (name: string, listener: () => void) => void
}
const listening = (): Listening => {
  const on: Record<string, () => void> = {}
  return { on, addEventListener: (name, listener) => (on[name] = listener) }
}
const worker = (state: string) => ({ ...listening(), state, postMessage: vi.fn() })
let workers: Listening & { controller: unknown; register: () => Promise<unknown> }
let registration: Listening & { waiting: unknown; installing: unknown }
const reload = vi.fn()
const deleted = vi.fn(async (_name: string) => true)

beforeEach(() => {
  vi.resetModules()
  registration = { ...listening(), waiting: null, installing: null }
  workers = { ...listening(), controller: worker('activated'), register: async () => registration }
  vi.stubGlobal('navigator', { serviceWorker: workers, languages: ['en'] })
  vi.stubGlobal('document', { readyState: 'complete', createElement: () => ({}), ...listening() })
  vi.stubGlobal('location', { reload })
  vi.stubGlobal('caches', { delete: deleted })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

async function started() {
  const { startWorker } = await import('./worker')
  const { toasts } = await import('@/ui/toasts')
  startWorker(true)
  await new Promise((resolve) => setTimeout(resolve))
  return toasts
}

it('offers a new version, and changes to it when that is wanted', async () => {
  const toasts = await started()
  const next = worker('installing')
  registration.installing = next
  registration.on.updatefound!()
  expect(toasts).toHaveLength(0)
  next.state = 'installed'
  next.on.statechange!()
  expect(toasts.map(({ stays }) => stays)).toEqual([true])
  expect(reload).not.toHaveBeenCalled()
  toasts[0]!.action!.run()
  expect(next.postMessage).toHaveBeenCalledWith({ renew: true })
  workers.on.controllerchange!()
  expect(reload).toHaveBeenCalledOnce()
})

it('is silent about the first one', async () => {
  workers.controller = null
  const first = worker('installed')
  registration.waiting = first
  expect(await started()).toHaveLength(0)
})

it('forgets here and in the worker what was kept', async () => {
  const { forgetKept } = await import('./worker')
  await forgetKept()
  expect(deleted).toHaveBeenCalledWith('smartflow-kept')
  expect((workers.controller as ReturnType<typeof worker>).postMessage).toHaveBeenCalledWith({ forget: true })
})
