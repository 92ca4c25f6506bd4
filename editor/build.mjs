// Bundles the editor into one file, and the licences of what is in it into another. The same input gives the same bytes.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const target = process.argv[2] ?? "../src/byline/web/static";
const { metafile } = await build({
  entryPoints: ["src/main.js"],
  outfile: `${target}/editor.js`,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  banner: { js: "// Contains ProseMirror and other packages under the MIT licence: see editor-licences.txt, beside this file in Byline." },
  metafile: true,
});
const packages = new Set(Object.keys(metafile.inputs).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
const notices = [...packages].sort().map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return `${name} ${version} (${license})\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n`;
});
writeFileSync(`${target}/editor-licences.txt`, `editor.js contains these packages.\n\n${notices.join("\n----\n\n")}`);
