// Builds the site's bundles. `node build.mjs` writes them, `node build.mjs --check` only compares
// and fails when a committed file is not what the sources give.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ASSETS = dirname(fileURLToPath(import.meta.url));
const LEARN = dirname(ASSETS);

// Each bundle has one module under src/ and one fixed name in the app whose pages load it. The
// hash in the name that browsers see comes from Django's static files.
const BUNDLES = [
  { source: "graphs/index.js", built: "pictures/static/pictures/built/graphs.js" },
  { source: "editor/index.js", built: "core/static/core/built/editor.js" },
  { source: "lab/index.js", built: "submissions/static/submissions/built/lab.js" },
  { source: "playground/index.js", built: "playground/static/playground/built/playground.js" },
];

async function bundle({ source, built }) {
  const result = await build({
    absWorkingDir: ASSETS,
    entryPoints: [join("src", source)],
    outfile: join("..", built),
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    charset: "utf8",
    legalComments: "none", // The licences stand in a file of their own, below.
    metafile: true,
    write: false,
  });
  const files = [{ path: built, text: result.outputFiles[0].text }];
  const licences = await licencesOf(Object.keys(result.metafile.inputs));
  if (licences) files.push({ path: built.replace(/\.js$/, ".LICENSES.txt"), text: licences });
  return files;
}

/** The licence of each package of which something is in the bundle, or "". */
async function licencesOf(inputs) {
  const folders = inputs.map((input) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  const texts = [...new Set(folders.filter(Boolean))].sort().map(async (folder) => {
    const licence = await readFile(join(ASSETS, folder, "LICENSE"), "utf8");
    return `${folder.replace("node_modules/", "")}\n\n${licence.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}

async function write({ path, text }) {
  const target = join(LEARN, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
  console.log(`${relative(LEARN, target)}: ${Math.ceil(text.length / 1024)} KiB`);
}

async function differs({ path, text }) {
  const committed = await readFile(join(LEARN, path), "utf8").catch(() => null);
  return committed !== text;
}

const files = (await Promise.all(BUNDLES.map(bundle))).flat();
if (process.argv.includes("--check")) {
  const stale = [];
  for (const file of files) if (await differs(file)) stale.push(`learn/${file.path}`);
  if (stale.length) {
    console.error(`Not what learn/assets gives: ${stale.join(", ")}. Run: npm run build`);
    process.exitCode = 1;
  }
} else {
  for (const file of files) await write(file);
}
