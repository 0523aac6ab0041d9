import type { Block } from './types'

export const hues = 8

/** The letter of a class: beside its hue and its pattern, a third way to tell it from others. */
export function initialOf(block: Pick<Block, 'task_class_name' | 'title'>): string {
  return [...(block.task_class_name || block.title).trim()][0]?.toUpperCase() ?? ''
}
