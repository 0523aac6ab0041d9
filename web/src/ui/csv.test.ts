import { describe, expect, it } from 'vitest'
import { csvField, csvOf } from './csv'

describe('a CSV file', () => {
  it('quotes what RFC 4180 wants quoted', () => expect(csvField('a "b",\nc')).toBe('"a ""b"",\nc"'))
  it('lets no text run as a formula', () => {
    expect(csvField('=1+1')).toBe("'=1+1")
    expect(csvField('@sum')).toBe("'@sum")
    expect(csvField('-cmd')).toBe("'-cmd")
  })
  it.each([
    ['a;=1', '"a;\'=1"'],
    ['a\t=1', '"a\t\'=1"'],
    ['\t=1', '"\'\t\'=1"'],
    ['a；＠b', '"a；\'＠b"'],
    ['=a;-b\n@c', "\"'=a;'-b\n'@c\""],
    [' =1', "' =1"],
    ["'=a", "''=a"],
    ['a; b', '"a; b"'],
    ['1-16', '1-16'],
  ])('guards %j behind every separator, as the server does', (cell, field) => expect(csvField(cell)).toBe(field))
  it('leaves numbers alone', () => {
    expect(csvField(-5)).toBe('-5')
    expect(csvField('-0.5')).toBe('-0.5')
  })
  it('begins with the mark that spreadsheets need for Chinese', () =>
    expect(csvOf(['名称'], [['a']])).toBe('\uFEFF名称\r\na\r\n'))
})
