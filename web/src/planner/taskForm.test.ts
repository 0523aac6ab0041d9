import { describe, expect, it } from 'vitest'
import type { QuickTask } from '@/api/types'
import { changesOf, emptyForm, fieldsOf, formOf, problemsOf } from './taskForm'

const task: QuickTask = {
  id: 1,
  title: 'Essay',
  priority_group: 2,
  estimated_sections: 2,
  deadline_at: '2026-11-27T10:00:00.000000Z',
  urgency_threshold_at: '2026-11-26T10:00:00Z',
  completed_at: null,
  created_at: '2026-11-01T00:00:00Z',
  updated_at: '2026-11-01T00:00:00Z',
  promoted_at: null,
  promotion_reason: null,
  repeat: null,
}

describe('an edited task', () => {
  it('that was only looked at changes nothing', () => expect(changesOf(task, fieldsOf(formOf(task)))).toEqual({}))
  it('sends a moved deadline without its threshold', () => {
    const form = { ...formOf(task), deadline: Date.parse('2026-11-28T10:00:00Z') }
    expect(changesOf(task, fieldsOf(form))).toEqual({ deadline_at: '2026-11-28T10:00:00.000Z' })
  })
  it('can lose its deadline', () => {
    expect(changesOf(task, fieldsOf({ ...formOf(task), deadline: null }))).toEqual({ deadline_at: null })
  })
})

describe('a task form', () => {
  it('needs a title', () => expect(problemsOf({ ...emptyForm(), title: '  ' })).toHaveProperty('title'))
  it('refuses an urgency after the deadline', () => {
    expect(problemsOf({ ...emptyForm(), title: 'a', deadline: 1, threshold: 2 })).toHaveProperty('urgency_threshold_at')
  })
})
