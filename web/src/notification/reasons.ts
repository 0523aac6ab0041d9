import { useI18n } from 'vue-i18n'

/** The server's words for what became of a delivery, as people say them. */
export function useReason() {
  const { t, te } = useI18n()
  return (reason: string) =>
    te(`notices.reason.${reason}`) ? t(`notices.reason.${reason}`) : t('notices.reason.other', { code: reason })
}
