// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import { byId, stage } from '@/testing/stage'
import ProposalCard from './ProposalCard.vue'
import type { Proposal } from './useProposals'

const proposal = (more: object = {}) =>
  ({
    id: 1,
    state: 'pending',
    title: '<b>New task</b>',
    summary: 'buy paper',
    assistant: '<i>Desk</i>',
    by_key: true,
    diff: [],
    card: null,
    result: null,
    created_at: '2026-11-30T01:00:00Z',
    expires_at: '2999-01-01T00:00:00Z',
    ...more,
  }) as unknown as Proposal
afterEach(() => vi.unstubAllGlobals())

it('is answered with yes or no', async () => {
  const { view } = await stage(ProposalCard, { proposal: proposal(), busy: false })
  byId('proposal-accept')!.click()
  byId('proposal-reject')!.click()
  expect(view.emitted('answer')).toEqual([['accept'], ['reject']])
})

it('is not answered twice while an answer is on its way', async () => {
  const { view } = await stage(ProposalCard, { proposal: proposal(), busy: true })
  byId('proposal-accept')!.click()
  expect(view.emitted('answer')).toBeUndefined()
})

it.each([
  ['over', { expires_at: '2026-01-01T00:00:00Z' }, 'expired'],
  ['accepted', { state: 'accepted' }, 'accepted'],
])('cannot be answered once it is %s', async (_name, more, status) => {
  const { view } = await stage(ProposalCard, { proposal: proposal(more), busy: false })
  expect(view.attributes('data-status')).toBe(status)
  expect(byId('proposal-accept')).toBeNull()
})

it('says who proposes it, and shows what programs wrote as text', async () => {
  const { view } = await stage(ProposalCard, { proposal: proposal(), busy: false })
  expect(view.text()).toContain('<i>Desk</i>')
  expect(view.text()).toContain('<b>New task</b>')
  expect(view.find('b, i').exists()).toBe(false)
})
