import { describe, expect, it } from 'vitest'
import { readLines } from './lines'

describe('a pasted list', () => {
  it.each([
    ['第一章 x2', '第一章', 2],
    ['第一章×3', '第一章', 3],
    ['Chapter 1 X 4', 'Chapter 1', 4],
    ['- 函数与极限', '函数与极限', 2],
    ['1. 导数 x1', '导数', 1],
    ['2、积分 3节', '积分', 3],
    ['（3）级数（1 节）', '级数', 1],
    ['[ ] read chapter two 1 section', 'read chapter two', 1],
    ['matrix 3x3', 'matrix 3x3', 2],
    ['Unit 1×2', 'Unit 1', 2],
    ['第二章x1', '第二章', 1],
    ['真题 x5', '真题 x5', 2],
    ['Unit 12', 'Unit 12', 2],
    ['2024 年真题', '2024 年真题', 2],
  ])('%s', (text, content, sections) => expect(readLines(text)).toEqual([{ content, sections }]))

  it('leaves out empty lines and keeps the order', () => {
    expect(readLines('a\r\n\n  \nb x1\n- \n').map((line) => line.content)).toEqual(['a', 'b'])
  })
  it('takes the length that is asked for where none is written', () => {
    expect(readLines('a\nb x1', 3).map((line) => line.sections)).toEqual([3, 1])
  })
})
