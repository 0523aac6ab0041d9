import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const backend = process.env.SMARTFLOW_URLS ?? 'http://127.0.0.1:5080'

/**
 * What every page needs comes in a few files, which stay in the browser's cache when the pages change; the rest falls where its
 * pages are. Without groups each set of pages that share something gets a file of its own, dozens of a few hundred bytes.
 */
const groups = [
  { name: 'charts', test: /node_modules[\\/](echarts|zrender)[\\/]/, priority: 30 },
  {
    name: 'core',
    test: /node_modules[\\/](@vue|vue|vue-router|vue-i18n|@intlify|pinia|@tanstack|openapi-fetch)[\\/]/,
    priority: 25,
  },
  {
    name: 'controls',
    test: /node_modules[\\/]naive-ui[\\/]es[\\/](button|config-provider|_mixins|_styles[\\/]common|_internal[\\/](icon|wave|loading)|[^\\/]+[\\/]styles|_internal[\\/][^\\/]+[\\/]styles)[\\/]/,
    priority: 20,
  },
  {
    name: 'fields',
    test: /node_modules[\\/]naive-ui[\\/]es[\\/](input|checkbox|_internal[\\/](scrollbar|clear|suffix))[\\/](?!styles)|[\\/]src[\\/]ui[\\/]TextField/,
    priority: 8,
  },
  { name: 'icons', test: /node_modules[\\/]@lucide[\\/]/, priority: 15 },
  { name: 'app', test: appOf, priority: 10 },
  // What several pages of a module have in common.
  {
    name: 'planner',
    test: /[\\/]src[\\/]planner[\\/](?!.*[mM]essages|import[\\/]|courses[\\/](?!api|types|useTerm\.))/,
    minShareCount: 2,
    priority: 3,
  },
  { name: 'plaza', test: /[\\/]src[\\/]forum[\\/](?!.*[mM]essages)/, minShareCount: 2, priority: 3 },
  { name: 'credit', test: /[\\/]src[\\/](token-store|calls)[\\/](?!.*[mM]essages)/, minShareCount: 2, priority: 3 },
]

/** What nearly every page of a user draws with or asks by. Not what is fetched when it is first needed, nor words. */
function appOf(id: string): boolean {
  const [file = ''] = id.split('?')
  // Words of both languages in one, which the words of either ask for.
  if (file.includes('planMessages')) return true
  if (
    !/[\\/]src[\\/](api|format|ui|shell[\\/](?!AppShell|UserLayers)|theme|notification[\\/](api|useNotices|NotificationBell))/.test(
      file,
    )
  )
    return false
  return !/messages|EChart|(?<!App)Dialog|SideDrawer|CommandPalette|KeyHelp|NotFound|NotAllowed|palette|usePaletteEntries|TextField|csv|Csv|DataTable|VisitorBar|words/i.test(
    file,
  )
}

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  server: { proxy: { '/api': backend, '/v1': backend } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    // For build/budget.mjs.
    manifest: true,
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  test: { include: ['src/**/*.test.ts'] },
})
