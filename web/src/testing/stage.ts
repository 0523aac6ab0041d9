import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { vi } from 'vitest'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter, type RouteRecordRaw } from 'vue-router'
import { i18n, speakIn } from '@/i18n'
import { toasts } from '@/ui/toasts'

/** Without one the components bring their own, which still looks when the page is gone. */
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
}

/** What the server of a test answers: by method and path, e.g. 'GET /api/v1/auth/me'. */
export type Answers = Record<string, (body: unknown) => Response | Promise<Response>>

export const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' },
  })
export const refused = (status: number, code: string, more: object = {}) =>
  json({ status, code, title: code, ...more }, status)

/** A component as a page has it, in English, with a server that the test answers for. What was asked is kept. */
export async function stage(
  component: Component,
  props: Record<string, unknown>,
  answers: Answers = {},
  at?: { path: string; routes: readonly RouteRecordRaw[] },
) {
  document.body.innerHTML = ''
  toasts.splice(0)
  vi.stubGlobal('matchMedia', () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }))
  const asked: { what: string; body: unknown }[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const what = `${request.method} ${new URL(request.url).pathname}`
    const text = await request.clone().text()
    const body: unknown = text ? JSON.parse(text) : undefined
    asked.push({ what, body })
    return (await answers[what]?.(body)) ?? refused(404, 'not_found')
  })
  await speakIn('en')
  const pinia = createPinia()
  setActivePinia(pinia)
  const page = { template: '<i />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: at?.routes ?? [
      { path: '/sign-in', name: 'sign-in', component: page },
      { path: '/:rest(.*)*', component: page },
    ],
  })
  await router.push(at?.path ?? '/')
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const view = mount(component, {
    props,
    attachTo: document.body,
    global: { plugins: [pinia, i18n, router, [VueQueryPlugin, { queryClient }]] },
  })
  return { view, router, asked, queryClient }
}

/** In the whole page: dialogs stand beside what opened them. */
export const byId = (testid: string) => document.querySelector<HTMLElement>(`[data-testid="${testid}"]`)
export const there = (testid: string) => vi.waitUntil(() => byId(testid), { timeout: 10_000 })

export function type(field: HTMLElement, text: string) {
  ;(field as HTMLInputElement).value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
