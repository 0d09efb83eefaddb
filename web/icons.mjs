// The icons that shapes of points can be: those of Maki and Temaki by their names, and those of mining.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Sets of icons in squares of 15 units; the icon of the later set has the name. */
const SETS = ["@rapideditor/temaki", "@mapbox/maki"];
const SIDE = 15;

/** Crossed hammers: two handles and two heads. */
const hammers = (flip) => {
  const [handle, head] = [
    [1.4, 12.5, 2.5, 13.6, 11.6, 4.6, 10.4, 3.4],
    [14.2, 5.2, 9.8, 0.8, 7.8, 2.8, 12.2, 7.2],
  ];
  const path = (corners, isMirrored) => {
    const points = corners.flatMap((x, i) => {
      if (i % 2 === 1) return [];
      const y = corners[i + 1];
      return [[isMirrored ? SIDE - x : x, flip ? SIDE - y : y].map((v) => Number(v.toFixed(1)))];
    });
    // Both turn the same way, so that no hole is where they cross.
    return `M${(isMirrored ? points.reverse() : points).join("L")}Z`;
  };
  return [handle, head].flatMap((part) => [path(part, false), path(part, true)]).join("");
};

/** Icons that the sets do not have. */
const OWN = {
  mine: hammers(false),
  "abandoned mine": hammers(true),
  quarry: "M0 3H3.5V6H5.5V9H9.5V6H11.5V3H15V13H0Z",
};

/** Words of mining and transport, and the names of their icons in the sets. */
const WORDS = {
  shaft: "mineshaft profile",
  adit: "adit profile",
  smelter: "chimney",
  plant: "industry",
  mill: "conveyor",
  "tailings dam": "dam",
  port: "harbor",
  "dry port": "warehouse",
  station: "rail",
  "border crossing": "lift gate",
};

/** Return the paths of a set by the names of its icons, in plain words. */
async function pathsOf(folder) {
  const found = {};
  for (const file of (await readdir(folder)).filter((name) => /^[^A-Z]+\.svg$/.test(name))) {
    const text = await readFile(join(folder, file), "utf8");
    if (!text.includes(`viewBox="0 0 ${SIDE} ${SIDE}"`)) continue;
    const paths = [...text.matchAll(/<path\b[^>]*?\sd="([^"]+)"/g)].map(([, path]) => path);
    const name = file.slice(0, -".svg".length).replaceAll(/[-_]/g, " ");
    found[name] = paths
      .join("")
      .replaceAll(/(?:\s|&#x[9A];)+/g, " ")
      .trim();
  }
  return found;
}

/** Return the path of each icon. */
export async function icons(modules) {
  const sets = await Promise.all(SETS.map((name) => pathsOf(join(modules, name, "icons"))));
  const all = Object.assign({}, ...sets);
  const words = Object.entries(WORDS).map(([word, name]) => [word, all[name]]);
  const found = { ...all, ...Object.fromEntries(words), ...OWN };
  const broken = Object.keys(found).filter(
    (name) => !/^[Mm][\d\sMmLlHhVvCcSsQqTtAaZz.,e+-]+$/.test(found[name]),
  );
  if (broken.length > 0) throw new Error(`The icons ${broken.join(", ")} have no plain path.`);
  return found;
}
