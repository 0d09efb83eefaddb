// Common moves of sets and maps.

/** Put an item into a set; return a function that takes it out. `changed` is called after each. */
export function put<T>(set: Set<T>, item: T, changed = (): void => {}): () => void {
  set.add(item);
  changed();
  return () => {
    set.delete(item);
    changed();
  };
}

/** Return a function that calls all of these. */
export const all =
  (calls: (() => void)[]): (() => void) =>
  () => {
    for (const call of calls) call();
  };

/** Put an item into a set, or take it out. */
export function toggle<T>(set: Set<T>, item: T, isIn: boolean): void {
  if (isIn) set.add(item);
  else set.delete(item);
}

/** Return items that can be walked several times, each made when it is first reached. */
export function replayed<T>(items: Iterable<T>): Iterable<T> {
  const made: T[] = [];
  const rest = items[Symbol.iterator]();
  return {
    *[Symbol.iterator]() {
      for (let i = 0; ; i++) {
        if (i === made.length) {
          const { done, value } = rest.next();
          if (done) return;
          made.push(value);
        }
        yield made[i];
      }
    },
  };
}

interface Entries<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** Return the value of a key, made at its first use. */
export function entry<K, V>(map: Entries<K, V>, key: K, make: (key: K) => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make(key)));
  return value;
}
