// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { User } from '@/api/types'
import { byId, json, refused, stage, there, type Answers } from '@/testing/stage'
import AccountData from './AccountData.vue'
import { useSession } from './session'

afterEach(() => vi.unstubAllGlobals())

async function show(username: string, answers: Answers = {}) {
  const staged = await stage(
    AccountData,
    {},
    { 'GET /api/v1/auth/capabilities': () => json({ demo_account: true }), ...answers },
  )
  useSession().user = { user_id: 7, username, roles: [] } as unknown as User
  await nextTick()
  return staged
}

it('does not offer to delete the account that everybody shares', async () => {
  const { view } = await show('demo')
  await vi.waitUntil(() => view.text().includes('Everybody shares the demo account'))
  expect(byId('account-delete')).toBeNull()
})

it('asks before it deletes one of one’s own', async () => {
  const { asked } = await show('mei')
  byId('account-delete')!.click()
  await there('delete-confirm')
  expect(asked.map(({ what }) => what)).not.toContain('DELETE /api/v1/account')
})

it('saves the export under the name that the server gives it', async () => {
  URL.createObjectURL = vi.fn(() => 'blob:1')
  URL.revokeObjectURL = vi.fn()
  const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
  const headers = {
    'Content-Type': 'application/json',
    'Content-Disposition': 'attachment; filename="smartflow-export-2026-11-30.json"',
  }
  await show('mei', { 'GET /api/v1/account/export': () => new Response('{"complete":true}', { headers }) })
  byId('export')!.click()
  expect((await there('export-saved')).textContent).toContain('smartflow-export-2026-11-30.json')
  expect(saved).toHaveBeenCalledOnce()
})

it('says that an export was refused, and saves nothing', async () => {
  const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
  saved.mockClear()
  const { view } = await show('mei', { 'GET /api/v1/account/export': () => refused(429, 'rate_limited') })
  byId('export')!.click()
  await vi.waitUntil(() => view.find('[role=alert]').exists())
  expect(byId('export-saved')).toBeNull()
  expect(saved).not.toHaveBeenCalled()
})
