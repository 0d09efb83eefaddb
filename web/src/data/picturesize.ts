// The size of a PNG, JPEG or WebP picture, read from its header before anything is decoded.

type Size = { width: number; height: number };
type Reader = (view: DataView) => Size;

/** The first eight bytes of a PNG, as numbers: a page in a frame may not have their characters. */
const PNG = [0x89504e47, 0x0d0a1a0a];
const JPEG = 0xffd8;
/** Fewer bytes than this are not a picture. */
const LEAST = 30;

/** Return the size of a picture; null for bytes of another format, or without a size. */
export function pictureSize(bytes: ArrayBuffer): Size | null {
  const view = new DataView(bytes);
  if (view.byteLength < LEAST) return null;
  const begin = textAt(view, 0, 16);
  const isPng = PNG.every((word, i) => view.getUint32(4 * i) === word);
  if (isPng) return begin.endsWith("IHDR") ? pngSize(view) : null;
  if (view.getUint16(0) === JPEG) return jpegSize(view);
  const isWebp = begin.startsWith("RIFF") && begin.slice(8, 12) === "WEBP";
  return isWebp ? (WEBP[begin.slice(12)]?.(view) ?? null) : null;
}

const textAt = (view: DataView, at: number, length: number): string =>
  String.fromCharCode(...new Uint8Array(view.buffer, at, length));

const pngSize: Reader = (view) => ({ width: view.getUint32(16), height: view.getUint32(20) });

/** WebP has a header of its own for each of its three kinds. */
const WEBP: Record<string, Reader | undefined> = {
  "VP8 ": (view) => ({
    width: view.getUint16(26, true) & 0x3fff,
    height: view.getUint16(28, true) & 0x3fff,
  }),
  VP8L(view) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  },
  VP8X: (view) => ({
    width: (view.getUint32(24, true) & 0xffffff) + 1,
    height: (view.getUint32(26, true) >>> 8) + 1,
  }),
};

/** Return the size in the first frame header, which follows other segments. */
function jpegSize(view: DataView): Size | null {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    // Any number of bytes 255 may come before a marker.
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (!hasLength(marker)) return null;
    else if (isFrame(marker))
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** Return whether the length of a segment follows a marker; others do not come before a frame. */
const hasLength = (marker: number): boolean => marker >= 0xc0 && (marker < 0xd0 || marker > 0xd9);

/** Return whether a marker begins a frame: C0 to CF, but for tables and arithmetic coding. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
