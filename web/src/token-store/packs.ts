import type { CreditProduct } from '@/api/types'

export const quantityLimits = { least: 1, most: 99 }

export function isFree(product: CreditProduct): boolean {
  return product.price_cent === 0
}

/** The original price is worth showing only when it is higher. */
export function isReduced(product: CreditProduct): boolean {
  return product.original_price_cent > product.price_cent
}

/** The one pack that the shelf points to. */
export function isFeatured(product: CreditProduct): boolean {
  return !!product.badge && !product.once_a_day
}

export function inOrder(products: readonly CreditProduct[]): CreditProduct[] {
  return [...products].sort((a, b) => a.sort_order - b.sort_order || a.product_id - b.product_id)
}
