/**
 * Takes out of Pyodide's script what only libraries of packages need, which we never load: four thousand names for
 * them to find, and all of SDL and OpenGL. What is left is made shorter by Terser. It is read and run at each start.
 *
 * In: {pyodide: folder}. Out: the script, a string.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { minify } from "terser";
import { readTask } from "./pyodide_in_node.mjs";

const SCRIPT = "pyodide.asm.mjs";
/** One line of the function that gives names to what the WebAssembly exports. */
const NAMED = /((?:\w+=|Module\["\w+"\]=)+)wasmExports\["\w+"\](?:\.value>>>0)?;?/y;
/** What a function is called by from other WebAssembly, told beside it. */
const SIGNATURE = /(?<=[;}])_?([\w$]+)\.sig="\w+";/g;
/** What Python has an address for and never calls: it is there for libraries that draw. */
const DRAWING = "emscripten_gl";
/** What the script shows to others of itself. */
const SHOWN = /(?<=[;}])Module\["(\w+)"\]=\1;/g;
const WORD = /[\w$]+/g;

const { pyodide } = await readTask();
const wasm = await WebAssembly.compile(await readFile(join(pyodide, "pyodide.asm.wasm")));
/** @type {Set<string>} what Python itself asks of the script */
const asked = new Set();
for (const { name } of WebAssembly.Module.imports(wasm)) if (!name.startsWith(DRAWING)) asked.add(name);
const loader = await readFile(join(pyodide, "pyodide.mjs"), "utf-8");
let script = await readFile(join(pyodide, SCRIPT), "utf-8");

/**
 * Puts `wanted` in the place of `found`, which must stand there once: after a new edition of Pyodide somebody looks.
 * @param {string} found @param {string} wanted
 */
function exchange(found, wanted) {
  if (script.split(found).length !== 2) throw new Error(`${SCRIPT} does not hold "${found}" once: look again`);
  script = script.replace(found, () => wanted);
}

/** The text between `from` and the next `to`. @param {string} from @param {string} to */
function between(from, to) {
  const start = script.indexOf(from) + from.length;
  const end = script.indexOf(to, start);
  if (start < from.length || end < 0) throw new Error(`${SCRIPT} has no "${from}": look again`);
  return script.slice(start, end);
}

/** How often each word was found. @param {Iterable<RegExpMatchArray>} found */
function counted(found) {
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const [word] of found) times.set(word, (times.get(word) ?? 0) + 1);
  return times;
}

// Only what Python itself asks for is handed to it.
const handed = between("wasmImports={", "}");
exchange(handed, handed.split(",").filter((each) => asked.has(each.split(":")[0])).join(","));

// Names are given only to what the scripts use.
const namesGiven = "function assignWasmExports(wasmExports){";
const start = script.indexOf(namesGiven) + namesGiven.length;
/** @type {string[]} */
const lines = [];
NAMED.lastIndex = start;
for (let found; (found = NAMED.exec(script)); ) lines.push(found[0]);
if (lines.length < 1000) throw new Error(`${SCRIPT} names ${lines.length} exports: look again`);
const after = script.slice(start + lines.join("").length);
const before = script.slice(0, start);
const uses = counted(`${before}${after}${loader}`.matchAll(WORD));
/** A name that is declared, and a second time read. @param {string} line */
const isUsed = (line) =>
  [...line.slice(0, line.indexOf("wasmExports")).matchAll(WORD)].some(([word]) => word !== "Module" && (uses.get(word) ?? 0) > 1);
script = before + lines.filter(isUsed).map((line) => line.replace(/;?$/, ";")).join("") + after;

// Nobody looks up functions by their names or numbers, but for the first one.
exchange('mergeLibSymbols(wasmExports,"main");', "wasmImports.main=wasmExports.main??wasmExports.__main_argc_argv;");
exchange("updateGOT(origExports);", `for(const name in GOT)if(name.startsWith("${DRAWING}"))GOT[name].value=0;`);
script = script.replaceAll(SIGNATURE, (line, name) => (asked.has(name) ? line : ""));

// Nor for what the script holds, beside what the scripts themselves ask for.
const asks = `${script}${loader}`;
const byName = new Set([...asks.matchAll(/[.?]([\w$]+)/g)].map(([, name]) => name));
const quoted = counted(asks.matchAll(/(?<=["'])\w+(?=["'])/g));
script = script.replaceAll(SHOWN, (line, name) => (byName.has(name) || (quoted.get(name) ?? 0) > 1 ? line : ""));

// The site's policy forbids it anyway, and Terser leaves alone what it could see.
script = script.replaceAll(/(?<![\w.$])eval\(/g, "globalThis.eval(");

const { code = "" } = await minify(script, {
  module: true,
  ecma: 2020,
  compress: { passes: 3, inline: false, reduce_funcs: false },
});
// In brackets a function is read once, when it is called at once, and not first to find its end.
const whole = /^async function (\w+)(\(.*\})export default \1;\s*$/s.exec(code);
if (!whole) throw new Error(`${SCRIPT} is no longer one function: look again`);
process.stdout.write(JSON.stringify(`export default (async function${whole[2]});\n`));
