// Puts the comparison into docs/performance.md, between two markers, and its picture beside it.
import { readFileSync, writeFileSync } from "node:fs";

const PAGE = "docs/performance.md";
const PICTURE = "docs/images/compare.svg";
const BEGIN = "<!-- compare: written by make compare WRITE=true -->";
const END = "<!-- compare: end -->";

export function writeDocument(markdown, picture) {
  const page = readFileSync(PAGE, "utf8");
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`${PAGE} has not "${BEGIN}" and "${END}"`);
  const image = "![What a message, a connection and a handshake cost each server](images/compare.svg)";
  writeFileSync(PICTURE, picture);
  writeFileSync(PAGE, `${page.slice(0, from)}${BEGIN}\n\n${image}\n\n${markdown}\n${page.slice(to)}`);
}
