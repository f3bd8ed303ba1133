/**
 * Answers requests with the shipped files: a line of JSON in, a line of JSON out.
 *
 * node node_desk.mjs ENGINE_FOLDER [PYTHON_FILE]   (the Python file, if given, is run first)
 * The first line out tells that it is ready.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { importWorker, loadEngineFrom } from "./pyodide_in_node.mjs";

const [engine, pythonFile] = process.argv.slice(2);
const { worker } = JSON.parse(await readFile(join(engine, "engine.json"), "utf-8"));
const shipped = await importWorker(join(engine, worker));
const { manifest, openDesk } = shipped;
const pyodide = await loadEngineFrom(engine, shipped);
const desk = openDesk(pyodide, await readFile(join(engine, manifest.downloads.app.url)));
if (pythonFile) pyodide.runPython(await readFile(pythonFile, "utf-8"));

console.log(JSON.stringify({ ready: manifest.dataVersion }));
for await (const line of createInterface({ input: process.stdin })) console.log(desk(line));
