import { describe, expect, it } from 'vitest'
import { keyName } from './hotkeys'
import { matchEntries, type PaletteEntry } from './palette'

const entry = (key: string, label: string, group: PaletteEntry['group'] = 'commands', also = ''): PaletteEntry => ({
  key,
  group,
  label,
  also,
  run: () => undefined,
})

const entries = [
  entry('go', '前往商店', 'commands', 'store'),
  entry('t1', '写商业计划', 'tasks'),
  entry('t2', '商店采购', 'tasks'),
]
const found = (query: string) => matchEntries(entries, query).map(({ key }) => key)

describe('the palette', () => {
  it('shows commands before anything is typed', () => expect(found('')).toEqual(['go']))
  it('finds two Chinese characters', () => expect(found('商店')).toEqual(['go', 't2']))
  it('finds a command by its other name', () => expect(found('store')).toEqual(['go']))
  it('puts a label that begins with the words first', () => expect(found('商')).toEqual(['go', 't2', 't1']))
})

describe('a key press', () => {
  const press = (key: string, held: Partial<KeyboardEvent> = {}) =>
    keyName({ key, ctrlKey: false, metaKey: false, altKey: false, ...held })
  it('is named with its modifier', () => expect(press('K', { metaKey: true })).toBe('mod+k'))
  it('with Alt belongs to the browser', () => expect(press('n', { altKey: true })).toBe(''))
})
