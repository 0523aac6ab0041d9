/** The order matters: every browser calls itself by the names of those before it, too. */
const browsers: [string, RegExp][] = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /(Chrome|CriOS|Chromium)\//],
  ['Safari', /\bSafari\//],
]
const systems: [string, RegExp][] = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
]
const shown = 60

/** A session's program in few words: browser and system, else how it calls itself. */
export function clientName(text: string): string {
  const nameIn = (known: [string, RegExp][]) => known.find(([, pattern]) => pattern.test(text))?.[0]
  const named = [nameIn(browsers), nameIn(systems)].filter(Boolean)
  return named.length === 2 ? named.join(' · ') : text.slice(0, shown)
}
