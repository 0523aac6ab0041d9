import { computed, ref, type Ref } from 'vue'
import { meet, stepSlot } from './grid'
import type { BoardBlock } from './pieces'
import type { Slot } from './types'

interface Place {
  week: () => number
  /** The days that are shown. */
  days: () => readonly number[]
  sections: () => number
  /** Of pixels below the board's top. */
  sectionAt: (y: number) => number
  blocks: () => readonly BoardBlock[]
}

/**
 * The free cell under the pointer or the keyboard: one button that goes where it is wanted, so that a board of 84 cells has one
 * stop more for Tab and not 84.
 */
export function useCell(body: Ref<HTMLElement | undefined>, { week, days, sections, sectionAt, blocks }: Place) {
  const at = ref<{ day: number; section: number } | null>(null)
  const slot = (day: number, section: number): Slot => ({
    week: week(),
    day,
    section_from: section,
    section_to: section,
  })
  const isFree = (cell: Slot) => !blocks().some((block) => meet(block, cell))

  /** The first free cell until one is chosen; null: the board is full. */
  const cell = computed<Slot | null>(() => {
    const chosen = at.value && days().includes(at.value.day) ? slot(at.value.day, at.value.section) : null
    if (chosen && isFree(chosen)) return chosen
    for (const day of days())
      for (let section = 1; section <= sections(); section++) if (isFree(slot(day, section))) return slot(day, section)
    return null
  })

  /** The cell that a pointer is over, if it is free. */
  function under(event: MouseEvent): Slot | null {
    for (const column of body.value?.querySelectorAll<HTMLElement>('[data-day]') ?? []) {
      const box = column.getBoundingClientRect()
      if (event.clientX < box.left || event.clientX >= box.right) continue
      const found = slot(Number(column.dataset.day), sectionAt(event.clientY - box.top))
      return isFree(found) ? found : null
    }
    return null
  }

  function onPointermove(event: PointerEvent) {
    const found =
      event.pointerType === 'mouse' && !(event.target as HTMLElement).closest('[data-key]') ? under(event) : null
    if (found) at.value = { day: found.day, section: found.section_from }
  }

  /** An arrow key: on to the next free cell of the shown days that way. */
  function walk(key: string): boolean {
    let next = cell.value
    const shape = { weeks: week(), sections: sections() }
    while (next) {
      next = stepSlot(next, key, shape)
      if (!next || next.week !== week() || !days().includes(next.day)) return false
      if (isFree(next)) {
        at.value = { day: next.day, section: next.section_from }
        return true
      }
    }
    return false
  }

  return { cell, under, walk, onPointermove }
}
