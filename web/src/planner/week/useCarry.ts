import { computed, ref, shallowRef } from 'vue'
import { lengthOf, slotAt, stepSlot } from './grid'
import type { Block, Slot } from './types'
import { firstFit, verdictOf, type Carried, type Setting, type Verdict } from './verdict'

export type Means = 'keys' | 'pointer' | 'tap'

interface Hands {
  setting: () => Setting
  week: () => number
  go: (week: number) => void
  /** Called with what letting go does; never for "stay" and "no". */
  commit: (what: Carried, to: Slot, verdict: Verdict) => void
  say: (
    event: 'picked' | 'over' | 'dropped' | 'refused' | 'cancelled',
    carried: Carried,
    at: Slot,
    verdict: Verdict,
  ) => void
}

export function carriedOf(block: Block & { key: string }): Carried {
  return {
    key: block.key,
    title: block.title,
    sections: lengthOf(block),
    from: { week: block.week, day: block.day, section_from: block.section_from, section_to: block.section_to },
    placement_id: block.id,
    item_id: block.item_id,
    quick_task_id: block.quick_task_id,
    task_class_id: block.task_class_id,
    task_class_name: block.task_class_name,
    hue: block.hue,
    locked: block.locked,
  }
}

/** One thing in the hand: picked up by keys, by a pointer that drags it, or by a tap; let go where it may stand. */
export function useCarry({ setting, week, go, commit, say }: Hands) {
  const carried = shallowRef<Carried | null>(null)
  const means = ref<Means>('keys')
  const target = ref<Slot | null>(null)
  const verdict = computed<Verdict>(() =>
    carried.value && target.value ? verdictOf(carried.value, target.value, setting()) : { kind: 'stay' },
  )

  function pick(what: Carried, how: Means) {
    carried.value = what
    means.value = how
    target.value =
      what.from?.week === week() ? { ...what.from } : how === 'pointer' ? null : firstFit(what, week(), setting())
    if (how !== 'pointer') say('picked', what, target.value!, verdict.value)
  }

  function release() {
    carried.value = null
    target.value = null
  }

  /** The pointer is over a section of a day. */
  function over(day: number, section: number) {
    if (!carried.value) return
    const next = slotAt(week(), day, section, carried.value.sections, setting().shape)
    const now = target.value
    if (now && now.week === next.week && now.day === next.day && now.section_from === next.section_from) return
    target.value = next
  }

  function step(key: string): boolean {
    if (!carried.value || !target.value) return false
    const next = stepSlot(target.value, key, setting().shape)
    if (!next) return false
    target.value = next
    if (next.week !== week()) go(next.week)
    say('over', carried.value, next, verdict.value)
    return true
  }

  function drop() {
    const [what, at, outcome] = [carried.value, target.value, verdict.value]
    if (!what || !at) return release()
    if (outcome.kind === 'no') {
      say('refused', what, at, outcome)
      if (means.value === 'pointer') release()
      return
    }
    release()
    if (outcome.kind === 'stay') return say('cancelled', what, at, outcome)
    commit(what, at, outcome)
    say('dropped', what, at, outcome)
  }

  function cancel() {
    const [what, at] = [carried.value, target.value]
    const outcome = verdict.value
    release()
    if (what && at) say('cancelled', what, at, outcome)
  }

  return { carried, means, target, verdict, pick, over, step, drop, cancel }
}

export type Carry = ReturnType<typeof useCarry>
