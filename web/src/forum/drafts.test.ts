// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
import { clearDrafts, keepDraft, readDraft } from './drafts'

describe('the draft of a comment', () => {
  beforeEach(() => {
    localStorage.clear()
    sessionStorage.clear()
  })

  it('is there again for its user and for nobody else', () => {
    keepDraft(1, 7, undefined, 'Mine')
    expect([readDraft(1, 7, undefined), readDraft(2, 7, undefined), readDraft(undefined, 7, undefined)]).toEqual(['Mine', '', ''])
  })
  it('is kept for each place until it is emptied', () => {
    keepDraft(1, 7, undefined, 'root')
    keepDraft(1, 7, 5, 'reply')
    expect([readDraft(1, 7, undefined), readDraft(1, 7, 5), readDraft(1, 8, undefined)]).toEqual(['root', 'reply', ''])
    keepDraft(1, 7, 5, ' ')
    expect(readDraft(1, 7, 5)).toBe('')
  })
  it('of a visitor is taken over by who signs in, once', () => {
    keepDraft(undefined, 7, 3, 'Before the sign-in')
    expect(readDraft(1, 7, 3)).toBe('Before the sign-in')
    expect(readDraft(2, 7, 3)).toBe('')
  })
  it('is gone after the sign-out, also one that an older version kept', () => {
    keepDraft(1, 7, undefined, 'Mine')
    localStorage.setItem('smartflow.comment.7.0', 'Old')
    localStorage.setItem('smartflow.preferences', 'kept')
    clearDrafts()
    expect(Object.keys(localStorage)).toEqual(['smartflow.preferences'])
  })
  it('gives way where there are too many', () => {
    for (let post = 1; post <= 25; post++) keepDraft(1, post, undefined, `Draft ${post}`)
    expect(Object.keys(localStorage)).toHaveLength(20)
    expect(readDraft(1, 25, undefined)).toBe('Draft 25')
  })
})
