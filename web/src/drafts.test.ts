// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
import { clearDrafts, keepDraft, readDraft } from './drafts'

describe('a draft', () => {
  beforeEach(() => {
    localStorage.clear()
    sessionStorage.clear()
  })

  it('is there again for its user and for nobody else', () => {
    keepDraft(1, 'task', { title: '交作业' })
    expect([readDraft(1, 'task'), readDraft(2, 'task'), readDraft(undefined, 'task')]).toEqual([
      { title: '交作业' },
      undefined,
      undefined,
    ])
  })
  it('is kept for each place until it is forgotten', () => {
    keepDraft(1, 'chat.new', 'a')
    keepDraft(1, 'chat.7', 'b')
    keepDraft(1, 'chat.new', undefined)
    expect([readDraft(1, 'chat.new'), readDraft(1, 'chat.7')]).toEqual([undefined, 'b'])
  })
  it('is gone after the sign-out, whoever wrote it; preferences stay', () => {
    keepDraft(1, 'task', 'a')
    keepDraft(2, 'task', 'b')
    localStorage.setItem('smartflow.comment.7.0', 'Of an older version')
    localStorage.setItem('smartflow.preferences', 'kept')
    clearDrafts()
    expect(Object.keys(localStorage)).toEqual(['smartflow.preferences'])
  })
  it('of a visitor is taken over by who signs in, once', () => {
    keepDraft(undefined, 'comment.7.3', 'Before the sign-in')
    expect(readDraft(1, 'comment.7.3')).toBe('Before the sign-in')
    expect(readDraft(2, 'comment.7.3')).toBeUndefined()
  })
  it('gives way where there are too many, and is not kept where it is too long', () => {
    for (let n = 1; n <= 50; n++) keepDraft(1, `post.${n}`, n)
    expect(Object.keys(localStorage)).toHaveLength(40)
    expect(readDraft(1, 'post.50')).toBe(50)
    keepDraft(1, 'post.50', 'x'.repeat(200_000))
    expect(readDraft(1, 'post.50')).toBeUndefined()
  })
  it('that somebody damaged is none', () => {
    localStorage.setItem('smartflow.draft.1.task', '{')
    expect(readDraft(1, 'task')).toBeUndefined()
  })
})
