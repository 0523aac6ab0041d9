import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import { listMemoryChanges } from '@/memory/api'
import { createRemembered, saidOf } from './remembered'

vi.mock('@/memory/api', () => ({ listMemoryChanges: vi.fn() }))
const asked = vi.mocked(listMemoryChanges)
const change = (id: number) => ({
  id,
  turn_id: 't',
  kind: 'added' as const,
  item_id: id,
  title: 'x',
  undone: false,
  can_undo: true,
  created_at: '2026-11-30T00:00:00Z',
})
const answer = (ids: number[], looking: boolean) => asked.mockResolvedValueOnce({ items: ids.map(change), looking })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  asked.mockReset()
})

describe('what was remembered of a turn', () => {
  it('is asked for until it is there, and is news once', async () => {
    const remembered = createRemembered(ref('7'))
    answer([1], false)
    await remembered.begin()
    expect(remembered.news.value).toEqual([])
    answer([1], true)
    answer([1, 2], false)
    const watching = remembered.watch()
    await vi.runAllTimersAsync()
    await watching
    expect(asked).toHaveBeenCalledTimes(3)
    expect(remembered.news.value.map((one) => one.id)).toEqual([2])
    expect(remembered.changes.value).toHaveLength(2)
  })
  it('is asked for twice where nothing is looked at', async () => {
    const remembered = createRemembered(ref('7'))
    answer([], false)
    answer([], false)
    const watching = remembered.watch()
    await vi.runAllTimersAsync()
    await watching
    expect(asked).toHaveBeenCalledTimes(2)
  })
  it('is not waited for once the next turn has ended', async () => {
    const remembered = createRemembered(ref('7'))
    const first = remembered.watch()
    answer([3], false)
    const second = remembered.watch()
    await vi.runAllTimersAsync()
    await Promise.all([first, second])
    expect(asked).toHaveBeenCalledTimes(1)
    expect(remembered.news.value.map((one) => one.id)).toEqual([3])
  })
  it('is said by what was done, and otherwise once it was taken back', () => {
    expect(saidOf(change(1))).toBe('agent.remembered.added')
    expect(saidOf({ ...change(1), undone: true })).toBe('agent.remembered.undone.added')
  })
})
