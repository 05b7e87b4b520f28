// The heights of many rows, kept so that what stands where is found without adding them all up. A Fenwick tree; pure.

/** `{ count, total, get, set, push, offset, at, reset }`; heights are numbers of px, places count from 0. */
export function createHeights() {
  let heights = new Float64Array(1024);
  let tree = new Float64Array(1025);
  let count = 0;
  let total = 0;

  function room(wanted) {
    if (wanted <= heights.length) return;
    const size = Math.max(wanted, heights.length * 2);
    const [old, sums] = [heights, tree];
    heights = new Float64Array(size);
    tree = new Float64Array(size + 1);
    heights.set(old);
    tree.set(sums);
  }

  return {
    count: () => count,
    total: () => total,
    get: (place) => heights[place],
    /** One more row at the end. */
    push(height) {
      room(count + 1);
      heights[count] = height;
      count += 1;
      let sum = height;
      for (let at = count - 1, low = count - (count & -count); at > low; at -= at & -at) sum += tree[at];
      tree[count] = sum;
      total += height;
    },
    /** Answers by how much the row has grown. */
    set(place, height) {
      const grown = height - heights[place];
      if (grown === 0) return 0;
      heights[place] = height;
      total += grown;
      for (let at = place + 1; at <= count; at += at & -at) tree[at] += grown;
      return grown;
    },
    /** Where the row begins. */
    offset(place) {
      let sum = 0;
      for (let at = Math.min(place, count); at > 0; at -= at & -at) sum += tree[at];
      return sum;
    },
    /** Which row is at `y`: the first or the last where it is outside of all; -1 of none. */
    at(y) {
      if (count === 0) return -1;
      let place = 0;
      let left = Math.max(0, y);
      for (let step = 2 ** Math.floor(Math.log2(count)); step >= 1; step /= 2) {
        if (place + step > count || tree[place + step] > left) continue;
        place += step;
        left -= tree[place];
      }
      return Math.min(place, count - 1);
    },
    /** Anew: as many rows as `many`, of the height that `heightOf(place)` says. */
    reset(many, heightOf) {
      count = 0;
      total = 0;
      for (let place = 0; place < many; place += 1) this.push(heightOf(place));
    },
  };
}
