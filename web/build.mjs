// Builds the page's scripts and styles into minmap/webmap/static/: minified, self-contained, with their licences.

import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "minmap", "webmap", "static");
const modules = join(here, "node_modules");

const LICENCES = {
  leaflet: "leaflet/LICENSE",
  "@uwdata/flechette": "@uwdata/flechette/LICENSE",
  "geographiclib-geodesic": "geographiclib-geodesic/LICENSE.txt",
  jquery: "jquery/LICENSE.txt",
};

/** Name, version and licence text of a bundled package. */
async function notice(name) {
  const { version } = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
  const text = await readFile(join(modules, LICENCES[name]), "utf8");
  return `${name} ${version}\n\n${text.trim()}`;
}

/** Licences travel with the code: a saved page is a copy of the software in it. */
async function banner(...names) {
  const text = (await Promise.all(names.map(notice))).join("\n\n");
  return { js: `/*!\n${text.replaceAll("*/", "* /")}\n*/` };
}

const shared = {
  bundle: true, minify: true, target: "es2020", charset: "utf8", legalComments: "none", logLevel: "warning",
  absWorkingDir: here,
};

await mkdir(out, { recursive: true });
await Promise.all([
  build({
    ...shared, entryPoints: ["src/index.ts"], outfile: join(out, "minmap.js"), format: "iife", globalName: "minmap",
    banner: await banner("@uwdata/flechette", "geographiclib-geodesic"),
  }),
  build({
    ...shared, entryPoints: ["src/leaflet.ts"], outfile: join(out, "leaflet.js"), format: "iife",
    loader: { ".png": "dataurl" }, banner: await banner("leaflet"),
  }),
  build({
    // One module, Leaflet inside it: what a notebook shows leaves its window as it is.
    ...shared, entryPoints: ["src/widget.ts"], outfile: join(out, "widget.js"), format: "esm",
    inject: ["src/bundled.ts"], alias: { leaflet: "leaflet/dist/leaflet-src.esm.js" },
    banner: await banner("leaflet", "@uwdata/flechette", "geographiclib-geodesic"),
  }),
  build({ ...shared, entryPoints: ["src/widget.css"], outfile: join(out, "widget.css") }),
  build({
    ...shared, entryPoints: ["node_modules/leaflet/dist/leaflet.css"], outfile: join(out, "leaflet.css"),
    loader: { ".png": "dataurl" },
  }),
  build({ ...shared, entryPoints: ["src/minmap.css"], outfile: join(out, "minmap.css") }),
]);
const jquery = await readFile(join(modules, "jquery", "dist", "jquery.slim.min.js"), "utf8");
await writeFile(join(out, "jquery.js"), `${(await banner("jquery")).js}\n${jquery}`);
const notices = await Promise.all(Object.keys(LICENCES).map(notice));
await writeFile(join(out, "licences.txt"), `${notices.join(`\n\n${"-".repeat(72)}\n\n`)}\n`);

// These files go into script and style elements as they are: nothing in them may end one.
for (const name of ["minmap.js", "leaflet.js", "jquery.js", "minmap.css", "leaflet.css"]) {
  const text = await readFile(join(out, name), "utf8");
  for (const bad of ["</script", "</style", "<!--"]) {
    if (text.toLowerCase().includes(bad)) throw new Error(`${name} holds "${bad}" and cannot be put into a page.`);
  }
}
