// Builds the page's scripts and styles into minmap/webmap/static/: minified, self-contained, with their licences.

import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { icons } from "./icons.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "minmap", "webmap", "static");
const modules = join(here, "node_modules");

const LICENCES = {
  leaflet: "leaflet/LICENSE",
  "@uwdata/flechette": "@uwdata/flechette/LICENSE",
  "geographiclib-geodesic": "geographiclib-geodesic/LICENSE.txt",
  hyparquet: "hyparquet/LICENSE",
  // The package has none of its own.
  pmtiles: "../licences/pmtiles.txt",
  fflate: "fflate/LICENSE",
  jquery: "jquery/LICENSE.txt",
  "leaflet.markercluster": "leaflet.markercluster/MIT-LICENCE.txt",
  "leaflet.heat": "leaflet.heat/LICENSE",
  "leaflet.fullscreen": "leaflet.fullscreen/LICENSE",
  "leaflet-minimap": "leaflet-minimap/LICENSE.txt",
  "leaflet-mouse-position": "leaflet-mouse-position/MIT-LICENCE.txt",
  "leaflet.featuregroup.subgroup": "leaflet.featuregroup.subgroup/LICENSE",
  "@mapbox/maki": "@mapbox/maki/LICENSE.txt",
  "@rapideditor/temaki": "@rapideditor/temaki/LICENSE.md",
};

/** Plugins that folium fetches: the files of their packages, and what minmap adds to them. */
const PLUGINS = {
  cluster: {
    from: "leaflet.markercluster",
    js: "dist/leaflet.markercluster-src.js",
    css: ["dist/MarkerCluster.css", "dist/MarkerCluster.Default.css"],
  },
  heat: { from: "leaflet.heat", js: "dist/leaflet-heat.js", more: "src/plugins/heat.ts" },
  fullscreen: {
    from: "leaflet.fullscreen",
    js: "Control.FullScreen.js",
    css: ["Control.FullScreen.css"],
  },
  minimap: {
    from: "leaflet-minimap",
    js: "dist/Control.MiniMap.min.js",
    css: ["dist/Control.MiniMap.min.css"],
    more: "src/plugins/minimap.ts",
  },
  position: {
    from: "leaflet-mouse-position",
    js: "src/L.Control.MousePosition.js",
    css: ["src/L.Control.MousePosition.css"],
  },
  subgroup: {
    from: "leaflet.featuregroup.subgroup",
    js: "dist/leaflet.featuregroup.subgroup-src.js",
  },
  pins: { more: "src/plugins/pins.ts" },
  russian: { more: "src/plugins/russian.ts" },
  archive: { bundles: ["pmtiles", "fflate"], more: "src/plugins/archive.ts" },
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
  bundle: true,
  minify: true,
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  absWorkingDir: here,
};

/** A plugin as one script, unbundled since it looks for the page's own Leaflet, and one style sheet. */
async function plugin(name, { from, js, css = [], more, bundles = [] }) {
  const packages = from ? [from] : bundles;
  const parts = packages.length > 0 ? [(await banner(...packages)).js] : [];
  if (js)
    parts.push(
      (
        await transform(await readFile(join(modules, from, js), "utf8"), {
          minify: true,
          charset: "utf8",
          legalComments: "none",
        })
      ).code,
    );
  if (more)
    parts.push(
      (await build({ ...shared, entryPoints: [more], format: "iife", write: false })).outputFiles[0]
        .text,
    );
  await writeFile(join(out, `plugin-${name}.js`), parts.join("\n"));
  if (css.length === 0) return;
  const stdin = {
    contents: css.map((file) => `@import "${from}/${file}";`).join("\n"),
    loader: "css",
    resolveDir: here,
  };
  await build({
    ...shared,
    stdin,
    outfile: join(out, `plugin-${name}.css`),
    loader: { ".png": "dataurl", ".svg": "dataurl" },
  });
}

/** The page's style for a part of a page that is not minmap's: what it says of the root it says of that part. */
async function widgetStyle() {
  const sheets = ["leaflet/dist/leaflet.css", "./src/styles/main.css", "./src/styles/widget.css"];
  const stdin = {
    contents: sheets.map((sheet) => `@import "${sheet}";`).join("\n"),
    loader: "css",
    resolveDir: here,
  };
  const made = await build({ ...shared, stdin, write: false, loader: { ".png": "dataurl" } });
  await writeFile(
    join(out, "widget.css"),
    made.outputFiles[0].text.replaceAll(":root", ".mm-ground"),
  );
}

await mkdir(out, { recursive: true });
await Promise.all([
  build({
    ...shared,
    entryPoints: ["src/page/main.ts"],
    outfile: join(out, "minmap.js"),
    format: "iife",
    globalName: "minmap",
    banner: await banner("@uwdata/flechette", "geographiclib-geodesic"),
  }),
  build({
    ...shared,
    entryPoints: ["src/page/folder.ts"],
    outfile: join(out, "folder.js"),
    format: "iife",
    banner: await banner("hyparquet"),
  }),
  build({
    ...shared,
    entryPoints: ["src/page/leaflet.ts"],
    outfile: join(out, "leaflet.js"),
    format: "iife",
    loader: { ".png": "dataurl" },
    banner: await banner("leaflet"),
  }),
  build({
    // One module, Leaflet inside it: what a notebook shows leaves its window as it is.
    ...shared,
    entryPoints: ["src/notebook/widget.ts"],
    outfile: join(out, "widget.js"),
    format: "esm",
    inject: ["src/notebook/leafletmodule.ts"],
    alias: { leaflet: "leaflet/dist/leaflet-src.esm.js" },
    banner: await banner("leaflet", "@uwdata/flechette", "geographiclib-geodesic"),
  }),
  widgetStyle(),
  build({
    ...shared,
    entryPoints: ["node_modules/leaflet/dist/leaflet.css"],
    outfile: join(out, "leaflet.css"),
    loader: { ".png": "dataurl" },
  }),
  build({ ...shared, entryPoints: ["src/styles/main.css"], outfile: join(out, "minmap.css") }),
]);
await Promise.all(Object.entries(PLUGINS).map(([name, parts]) => plugin(name, parts)));
const jquery = await readFile(join(modules, "jquery", "dist", "jquery.slim.min.js"), "utf8");
await writeFile(join(out, "jquery.js"), `${(await banner("jquery")).js}\n${jquery}`);
await writeFile(join(out, "icons.json"), JSON.stringify(await icons(modules)));
for (const words of ["terms", "units"]) {
  const russian = await readFile(join(here, "src", "words", `ru.${words}.json`), "utf8");
  await writeFile(join(out, `${words}.json`), JSON.stringify({ ru: JSON.parse(russian) }));
}
await copyFile(join(here, "src", "words", "latin.json"), join(out, "latin.json"));
const notices = await Promise.all(Object.keys(LICENCES).map(notice));
await writeFile(join(out, "licences.txt"), `${notices.join(`\n\n${"-".repeat(72)}\n\n`)}\n`);

// These files go into script and style elements as they are: nothing in them may end one.
for (const name of (await readdir(out)).filter((file) => /\.(js|css)$/.test(file))) {
  const text = await readFile(join(out, name), "utf8");
  for (const bad of ["</script", "</style", "<!--"]) {
    if (text.toLowerCase().includes(bad))
      throw new Error(`${name} holds "${bad}" and cannot be put into a page.`);
  }
}
