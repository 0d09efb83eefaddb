// Gzipped bytes, and a limit to what they may become.

/** Raise an error in a browser that cannot inflate. */
export function requireDecompression(): void {
  if (typeof DecompressionStream !== "undefined") return;
  const browsers = "Chrome 80, Firefox 113, Safari 16.4 or a later one";
  throw new Error(`This browser is too old for the page: it needs ${browsers}.`);
}

/** Inflate gzipped bytes; an error where they would become more than `most`. */
export async function inflate(
  bytes: ArrayBuffer | Uint8Array<ArrayBuffer>,
  most = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer>> {
  requireDecompression();
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bounded = most === Number.POSITIVE_INFINITY ? inflated : inflated.pipeThrough(limit(most));
  return new Uint8Array(await new Response(bounded).arrayBuffer());
}

/** Return a stream that ends in an error after `most` bytes. */
export function limit(
  most: number,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let length = 0;
  return new TransformStream({
    transform(chunk, controller) {
      length += chunk.length;
      if (length > most) throw new RangeError(`The bytes become more than ${most}.`);
      controller.enqueue(chunk);
    },
  });
}
