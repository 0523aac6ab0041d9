// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import { byId, stage } from '@/testing/stage'
import type { Candidate, Suggestion } from './api'
import SuggestionCard from './SuggestionCard.vue'

const slot = (day: number) => ({ date: `2026-12-0${day}`, week: 14, day, section_from: 3, section_to: 4 })
const candidate = (id: string, more: Partial<Candidate>) =>
  ({
    id,
    kind: 'postpone',
    reason: 'later_place',
    risk: '',
    changes: [],
    breaks: [],
    remind_at: null,
    ...more,
  }) as Candidate
const later = candidate('later', {
  changes: [{ title: '<img src=x>', before: slot(1), after: slot(3) }] as Candidate['changes'],
})
const remind = candidate('remind', { kind: 'remind', remind_at: '2026-12-01T02:00:00Z' })
const suggestion = {
  id: 5,
  kind: 'tired',
  title: '<b>maths</b>',
  state: 'open',
  candidates: [later, remind],
  recommended: 'later',
  chosen_by: 'model',
  explanation: 'You said so.',
  credit_micros: 0,
  picked: null,
  created_at: '2026-11-30T01:00:00Z',
  expires_at: '2026-12-01T01:00:00Z',
} as Suggestion
const choose = (id: string) => byId(`candidate-${id}`)!.querySelector('input')!
afterEach(() => vi.unstubAllGlobals())

it('begins with what is recommended, and confirms what is chosen', async () => {
  const { view } = await stage(SuggestionCard, { suggestion, busy: false })
  expect([choose('later').checked, choose('remind').checked]).toEqual([true, false])
  const apply = byId('suggestion-confirm')!.textContent
  byId('suggestion-confirm')!.click()
  choose('remind').click()
  // What changes nothing is not called a change.
  await vi.waitUntil(() => byId('suggestion-confirm')!.textContent !== apply)
  byId('suggestion-confirm')!.click()
  expect(view.emitted('confirm')!.map(([one]) => (one as Candidate).id)).toEqual(['later', 'remind'])
})

it('shows what models and other people wrote as text', async () => {
  const { view } = await stage(SuggestionCard, { suggestion, busy: false })
  expect(view.text()).toContain('<b>maths</b>')
  expect(view.text()).toContain('<img src=x>')
  expect(view.find('img, b').exists()).toBe(false)
})

it('is dismissed, but not while it is being carried out', async () => {
  const { view } = await stage(SuggestionCard, { suggestion, busy: true })
  expect((byId('suggestion-dismiss') as HTMLButtonElement).disabled).toBe(true)
  await view.setProps({ busy: false })
  byId('suggestion-dismiss')!.click()
  expect(view.emitted('dismiss')).toHaveLength(1)
})
