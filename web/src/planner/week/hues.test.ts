import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hues } from './hues'

const css = readFileSync('src/styles/tokens.css', 'utf8')
const themes = { light: css.split("[data-theme='dark']")[0]!, dark: css.split("[data-theme='dark']")[1]! }

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}

describe.each(Object.entries(themes))('the hues of task classes in the %s theme', (_, text) => {
  const colour = (name: string) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(text)![1]!
  it.each(Array.from({ length: hues }, (_, hue) => hue))('are read by everybody: %i', (hue) => {
    const [ink, soft] = [colour(`hue-${hue}`), colour(`hue-${hue}-soft`)]
    expect(contrast(ink, soft)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(ink, colour('panel'))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colour('ink'), soft)).toBeGreaterThanOrEqual(7)
  })
})
