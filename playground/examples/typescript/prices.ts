import type { Order } from './types';

/** In cents. */
const PRICES: Readonly<Record<string, number>> = {
  tea: 250,
  scone: 320,
  cake: 410,
};

/** What the order comes to, in cents; an item that is not on the list is refused. */
export function price(order: Order): number {
  return order.items.reduce((sum, { name, count }) => {
    const each = PRICES[name];
    if (each === undefined)
      throw new RangeError(`“${name}” is not on the list`);
    return sum + each * count;
  }, 0);
}
