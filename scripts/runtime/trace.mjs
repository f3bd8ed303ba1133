/**
 * Starts Python with its whole standard library and the calculators' source, answers requests, runs into
 * mistakes on purpose, and tells which files of the standard library were needed.
 *
 * In: {pyodide: folder, worker: file, library: zip file, app: zip file, modules: string[], requests: string[], mishaps: file}.
 * Out: {files: string[], replies: string[]}.
 */
import { readFile } from "node:fs/promises";
import { importWorker, loadPyodideFrom, readTask } from "./pyodide_in_node.mjs";

const task = await readTask();
const { openDesk } = await importWorker(task.worker);
const pyodide = await loadPyodideFrom(task.pyodide, { stdLibURL: task.library });
const desk = openDesk(pyodide, await readFile(task.app));
// A calculator may have no request of its own yet.
for (const module of task.modules) pyodide.pyimport(module);
const replies = task.requests.map((request) => desk(request));
pyodide.runPython(await readFile(task.mishaps, "utf-8"));

const origins = pyodide.runPython(`
import json, sys
specs = [getattr(module, "__spec__", None) for module in list(sys.modules.values())]
json.dumps([spec.origin for spec in specs if spec and spec.origin])
`);
const inLibrary = /^\/lib\/python\d+\.zip\/(.+)$/;
const files = JSON.parse(origins).flatMap((origin) => inLibrary.exec(origin)?.[1] ?? []);
process.stdout.write(JSON.stringify({ files: [...new Set(files)].sort(), replies }));
