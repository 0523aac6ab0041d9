// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import { byId, json, refused, stage, there } from '@/testing/stage'
import { toasts } from '@/ui/toasts'
import SessionList from './SessionList.vue'

const at = '2026-11-30T01:00:00Z'
const session = (id: string, is_current: boolean) => ({
  id,
  client: 'Firefox on Linux',
  is_current,
  created_at: at,
  last_used_at: at,
})
const path = '/api/v1/auth/sessions'
afterEach(() => vi.unstubAllGlobals())

it('offers to end every other one, never this one', async () => {
  let left = [session('a', true), session('b', false), session('c', false)]
  const { view, asked } = await stage(
    SessionList,
    {},
    {
      [`GET ${path}`]: () => json({ items: left }),
      [`DELETE ${path}/b`]: () => {
        left = left.filter(({ id }) => id !== 'b')
        return new Response(null, { status: 204 })
      },
    },
  )
  await there('session-row')
  expect(view.findAll('[data-testid=session-end]')).toHaveLength(2)
  byId('session-end')!.click()
  await vi.waitUntil(() => view.findAll('[data-testid=session-row]').length === 2)
  expect(asked.map(({ what }) => what)).toContain(`DELETE ${path}/b`)
  expect(toasts.at(-1)?.text).toBe('Signed out')
})

it('says that one could not be ended', async () => {
  await stage(
    SessionList,
    {},
    {
      [`GET ${path}`]: () => json({ items: [session('a', true), session('b', false)] }),
      [`DELETE ${path}/b`]: () => refused(500, 'internal'),
    },
  )
  ;(await there('session-end')).click()
  await vi.waitUntil(() => toasts.some(({ tone }) => tone === 'error'))
})
