// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import type { User } from '@/api/types'
import { keepDraft, readDraft } from '@/drafts'
import { byId, json, refused, stage, there, type, type Answers } from '@/testing/stage'
import DeleteAccountDialog from './DeleteAccountDialog.vue'
import { useSession } from './session'

const call = 'DELETE /api/v1/account'
const forgotten = vi.fn(async (_name: string) => true)
afterEach(() => vi.unstubAllGlobals())

async function open(answer: Answers[string]) {
  vi.stubGlobal('caches', { delete: forgotten })
  Object.defineProperty(navigator, 'serviceWorker', { configurable: true, value: { controller: null } })
  forgotten.mockClear()
  const staged = await stage(DeleteAccountDialog, { open: true }, { [call]: answer })
  const session = useSession()
  session.user = { user_id: 7, username: 'mei', roles: [] } as unknown as User
  keepDraft(7, 'quick-add', 'half a task')
  const confirm = (await there('delete-confirm')) as HTMLButtonElement
  const password = async (text: string) => {
    type(await there('delete-password'), text)
    await vi.waitUntil(() => confirm.disabled === !text)
  }
  return { ...staged, session, confirm, password }
}

it('does nothing without the password', async () => {
  const { confirm, asked } = await open(() => json(undefined, 200))
  expect(confirm.disabled).toBe(true)
  document.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
  expect(asked).toEqual([])
})

it('says a wrong password at its field, and takes nothing away', async () => {
  const { confirm, password, session, asked } = await open(() => refused(401, 'invalid_credentials'))
  await password('not this one')
  confirm.click()
  await vi.waitUntil(() => document.body.textContent!.includes('The password is wrong.'))
  expect(byId('delete-password')!.getAttribute('aria-describedby')).toBeTruthy()
  expect(session.user?.username).toBe('mei')
  expect(readDraft(7, 'quick-add')).toBe('half a task')
  expect(asked.filter(({ what }) => what === call)).toHaveLength(1)
})

it.each([
  [403, 'forbidden', 'Everybody shares the demo account'],
  [409, 'conflict', 'You are the last operator'],
  [500, 'internal', 'Something went wrong on the server'],
])('says why not, and asks once: %i', async (status, code, words) => {
  const { confirm, password, asked, session } = await open(() => refused(status, code))
  await password('correct horse battery')
  confirm.click()
  await vi.waitUntil(() =>
    [...document.querySelectorAll('[role=alert]')].some((one) => one.textContent!.includes(words)),
  )
  expect(asked).toEqual([{ what: call, body: { password: 'correct horse battery' } }])
  expect(session.user).not.toBeNull()
})

it('leaves nothing in this browser, and says at the sign-in that it is done', async () => {
  const { confirm, password, router, session } = await open(() => new Response(null, { status: 204 }))
  await password('correct horse battery')
  confirm.click()
  await vi.waitUntil(() => router.currentRoute.value.fullPath === '/sign-in?deleted=1')
  expect(session.user).toBeNull()
  expect(readDraft(7, 'quick-add')).toBeUndefined()
  expect(forgotten).toHaveBeenCalledWith('smartflow-kept')
})
