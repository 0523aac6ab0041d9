import { describe, expect, it } from 'vitest'
import { csvField, csvOf } from './csv'

describe('a CSV file', () => {
  it('quotes what RFC 4180 wants quoted', () => expect(csvField('a "b",\nc')).toBe('"a ""b"",\nc"'))
  it('lets no text run as a formula', () => {
    expect(csvField('=1+1')).toBe("'=1+1")
    expect(csvField('@sum')).toBe("'@sum")
    expect(csvField('-cmd')).toBe("'-cmd")
  })
  it('leaves numbers alone', () => {
    expect(csvField(-5)).toBe('-5')
    expect(csvField('-0.5')).toBe('-0.5')
  })
  it('begins with the mark that spreadsheets need for Chinese', () =>
    expect(csvOf(['名称'], [['a']])).toBe('\uFEFF名称\r\na\r\n'))
})
