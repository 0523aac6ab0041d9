import { computed, nextTick, shallowRef } from 'vue'
import { historyOf } from './history'
import { type Draft, inserted, moved, newDraft } from './items'
import type { Line } from './lines'
import { itemsMax } from './types'

/** The focus follows an item by its key; the list is redrawn first. */
async function focusItem(key: number | undefined) {
  await nextTick()
  document.querySelector<HTMLElement>(`[data-item="${key}"] input[type=text]`)?.focus()
}

/** The editor's list: every change can be taken back; typing into one field is one change. */
export function useItems() {
  const items = shallowRef<Draft[]>([])
  const history = historyOf<Draft[]>()
  const room = computed(() => itemsMax - items.value.length)
  let typing = ''

  function load(list: Draft[]) {
    items.value = list
    history.clear()
    typing = ''
  }

  function change(next: Draft[], source = '') {
    if (!source || source !== typing) history.push(items.value)
    typing = source
    items.value = next
  }

  function edit(key: number, patch: Partial<Draft>) {
    const source = 'content' in patch ? `content:${key}` : ''
    change(
      items.value.map((item) => (item.key === key ? { ...item, ...patch } : item)),
      source,
    )
  }

  /** @returns the keys of what there was room for. */
  function insert(at: number, lines: readonly Line[]) {
    const more = lines.slice(0, room.value).map((line) => newDraft(line))
    if (!more.length) return []
    change(inserted(items.value, at, more))
    void focusItem(more[more.length - 1]!.key)
    return more.map((item) => item.key)
  }

  /** @returns where it stands now. */
  function move(key: number, to: number): number {
    const from = items.value.findIndex((item) => item.key === key)
    const next = moved(items.value, from, to)
    const at = next.findIndex((item) => item.key === key)
    if (at !== from) change(next)
    void focusItem(key)
    return at
  }

  function remove(...keys: number[]) {
    const at = items.value.findIndex((item) => keys.includes(item.key))
    if (at < 0) return
    change(items.value.filter((item) => !keys.includes(item.key)))
    void focusItem(items.value[Math.max(0, at - 1)]?.key)
  }

  /** Puts a removed item back, whatever was changed since. */
  function restore(item: Draft, at: number) {
    if (room.value > 0 && !items.value.some((other) => other.key === item.key))
      change(inserted(items.value, at, [item]))
  }

  function step(by: 'undo' | 'redo') {
    const state = history[by](items.value)
    typing = ''
    if (state) items.value = state
  }

  return {
    items,
    room,
    load,
    edit,
    insert,
    move,
    remove,
    restore,
    undo: () => step('undo'),
    redo: () => step('redo'),
    canUndo: history.canUndo,
    canRedo: history.canRedo,
    /** What the server knows of an item, outside of what can be undone. */
    patch: (id: number, patch: Partial<Draft>) =>
      (items.value = items.value.map((item) => (item.id === id ? { ...item, ...patch } : item))),
  }
}

export type ItemEditor = ReturnType<typeof useItems>
