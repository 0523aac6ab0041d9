/** Where a cell could begin that a spreadsheet would calculate: the rule of the server's exports (Platform/Csv/FormulaGuard.cs). */
const formula =
  /(?<=^|[,;\t|\r\n\v\f，；｜\u0085\u2028\u2029])(?=['" \u00A0\u3000\u200B\uFEFF]*[=+\-@\t\r＝＋－＠﹦﹢﹣﹫−])/g

/** One field of RFC 4180; a text that a spreadsheet would run as a formula is made harmless with an apostrophe. */
export function csvField(value: string | number): string {
  const text = typeof value === 'string' && !isNumber(value) ? value.replace(formula, "'") : String(value)
  return /^ | $|[",;\t|\r\n\v\f，；｜\u0085\u2028\u2029]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const isNumber = (text: string) => /^[+-]?\d+(\.\d+)?$/.test(text)

export function csvOf(head: string[], rows: (string | number)[][]): string {
  return '\uFEFF' + [head, ...rows].map((row) => row.map(csvField).join(',') + '\r\n').join('')
}

/** Hands a text of CSV, or any file, to the browser to be saved. */
export function download(name: string, content: string | Blob) {
  const url = URL.createObjectURL(
    typeof content === 'string' ? new Blob([content], { type: 'text/csv;charset=utf-8' }) : content,
  )
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url))
}
