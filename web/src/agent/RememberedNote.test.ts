// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import type { MemoryChangeOfTurn } from '@/memory/api'
import { byId, json, refused, stage } from '@/testing/stage'
import { toasts } from '@/ui/toasts'
import RememberedNote from './RememberedNote.vue'

const added = {
  id: 3,
  turn_id: 't',
  kind: 'added',
  item_id: 9,
  title: '<b>22:00</b>',
  undone: false,
  can_undo: true,
  created_at: '',
} as MemoryChangeOfTurn
const undone = { ...added, undone: true, can_undo: false }
const call = 'POST /api/v1/memory/changes/3/undo'
afterEach(() => vi.unstubAllGlobals())

function show(change: MemoryChangeOfTurn, answer: () => Response) {
  const chat = {
    replaceRemembered: vi.fn((next: MemoryChangeOfTurn) =>
      staged.then(({ view }) => view.setProps({ changes: [next] })),
    ),
  }
  const staged = stage(RememberedNote, { changes: [change], chat }, { [call]: answer })
  return staged.then((parts) => ({ ...parts, chat }))
}

it('takes a memory back, says so, and keeps the keyboard in its line', async () => {
  const { view, asked } = await show(added, () => json(undone))
  expect(view.text()).toContain('Remembered: <b>22:00</b>')
  byId('remembered-undo')!.click()
  await vi.waitUntil(() => view.text().includes('Not remembered: <b>22:00</b>'))
  expect(asked.map(({ what }) => what)).toContain(call)
  expect(byId('remembered-undo')).toBeNull()
  await vi.waitUntil(() => document.activeElement?.tagName === 'A')
})

it('does not offer what cannot be taken back', async () => {
  await show({ ...added, can_undo: false }, () => json(undone))
  expect(byId('remembered-undo')).toBeNull()
})

it('says that it could not be taken back, and leaves it as it is', async () => {
  const { view, chat } = await show(added, () => refused(409, 'conflict', { detail: 'It was changed since.' }))
  byId('remembered-undo')!.click()
  await vi.waitUntil(() => toasts.some(({ text, tone }) => tone === 'error' && text === 'It was changed since.'))
  expect(chat.replaceRemembered).not.toHaveBeenCalled()
  expect(view.text()).toContain('Remembered:')
})
