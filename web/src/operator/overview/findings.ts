import type { Finding, ReconciliationReport } from '../types'

export interface FoundLine {
  check: string
  /** 0: no account is named. */
  account: number
  seq: number
  detail: string
}

/** What differs, with the place taken out of the text where it is named beside it. */
export function foundLines(report: ReconciliationReport): FoundLine[] {
  return report.checks.flatMap((check) =>
    check.differences.map((finding: Finding) => ({
      check: finding.check,
      account: finding.account_id ?? 0,
      seq: finding.seq ?? 0,
      detail: finding.detail.replace(/^account -?\d+, (?:sequence \d+, )?/, ''),
    })),
  )
}

/** The key of a check's name in the messages. */
export const checkKey = (check: string) => check.replaceAll(/[^a-z]+/gi, '_')
