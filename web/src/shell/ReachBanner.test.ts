// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { api } from '@/api/client'
import { noteReached } from '@/api/reach'
import { byId, json, stage, type Answers } from '@/testing/stage'
import ReachBanner from './ReachBanner.vue'

const kept = (asOf: string) => {
  const answer = json({})
  answer.headers.set('SmartFlow-As-Of', asOf)
  return answer
}
beforeEach(noteReached)
afterEach(() => {
  noteReached()
  vi.unstubAllGlobals()
})

async function ask(answers: Answers) {
  const staged = await stage(ReachBanner, {}, answers)
  await api.GET('/api/v1/schedule/today').catch(() => undefined)
  await nextTick()
  return staged
}
const today = 'GET /api/v1/schedule/today'
const clock = (at: Date) =>
  new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)

it('says of when it is what is shown without the server', async () => {
  const at = new Date()
  await ask({ [today]: () => kept(at.toISOString()) })
  expect(byId('unreachable')!.textContent).toContain(`Offline: as of ${clock(at)}`)
})

it('says the day of what is older than today', async () => {
  await ask({ [today]: () => kept('2026-01-05T04:00:00Z') })
  expect(byId('unreachable')!.textContent).toContain('Jan 5, 2026')
})

it('does not speak of a time where nothing is shown', async () => {
  await ask({ [today]: () => Promise.reject(new TypeError('nobody there')) })
  expect(byId('unreachable')!.textContent).toContain('The server cannot be reached')
  noteReached()
  await vi.waitUntil(() => !byId('unreachable'))
})
