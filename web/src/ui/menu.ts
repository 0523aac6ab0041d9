import type { Component } from 'vue'

export interface MenuEntry {
  key: string
  label: string
  icon?: Component
  hint?: string
  danger?: boolean
  divided?: boolean
  checked?: boolean
  testid?: string
}

const gap = 6
const edge = 8

/** Puts the menu beneath its button, or above it where there is no room, and inside the window. */
export function placeMenu(button: HTMLElement, menu: HTMLElement) {
  const anchor = button.getBoundingClientRect()
  const size = menu.getBoundingClientRect()
  const alignRight = anchor.left + size.width > innerWidth - edge
  const left = alignRight ? anchor.right - size.width : anchor.left
  const below = anchor.bottom + gap + size.height <= innerHeight - edge
  const top = below ? anchor.bottom + gap : anchor.top - gap - size.height
  menu.style.left = `${Math.max(edge, Math.min(left, innerWidth - size.width - edge))}px`
  menu.style.top = `${Math.max(edge, top)}px`
}

/** Arrow keys, Home and End move the focus among the entries, round the ends. */
export function stepFocus(event: KeyboardEvent, menu: HTMLElement) {
  const items = [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  const moves: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }
  const next = moves[event.key]
  if (next === undefined) return
  event.preventDefault()
  items[next]?.focus()
}
