import { beforeEach, describe, expect, it } from 'vitest'
import { show, toasts, withdraw } from './toasts'

describe('toasts', () => {
  beforeEach(() => void toasts.splice(0))
  const texts = () => toasts.map((toast) => toast.text)

  it('keep of those about one thing the newest alone, so that an old undo is no undo of something else', () => {
    show('moved A', { about: 'schedule' })
    show('copied')
    show('moved B', { about: 'schedule' })
    expect(texts()).toEqual(['copied', 'moved B'])
    withdraw('schedule')
    expect(texts()).toEqual(['copied'])
  })

  it('make room for others without the one that stays', () => {
    show('new version', { stays: true })
    for (const text of ['a', 'b', 'c']) show(text)
    expect(texts()).toEqual(['new version', 'c'])
  })
})
