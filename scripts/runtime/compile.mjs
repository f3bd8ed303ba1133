/**
 * Compiles zip files of Python source to bytecode, in place, with the very interpreter that will run it.
 *
 * In: {pyodide: folder, packages: folder, work: folder, zips: [{name, level}]}, `level` being the zip
 * compression, 0 for none. Out: null.
 */
import { loadPyodideFrom, readTask } from "./pyodide_in_node.mjs";

const task = await readTask();
const pyodide = await loadPyodideFrom(task.pyodide, {
  // Asserts and docstrings are left out (-OO); the fixed date makes the bytecode tied to content, not to time.
  args: ["-OO"],
  env: { SOURCE_DATE_EPOCH: "1700000000" },
});
pyodide.mountNodeFS("/packages", task.packages);
pyodide.mountNodeFS("/work", task.work);
pyodide.globals.set("zips", JSON.stringify(task.zips));
pyodide.runPython(`
import json, sys
from pathlib import Path
sys.path.insert(0, "/packages")
from pyodide_build._py_compile import _py_compile_archive

for zip in json.loads(zips):
    path = Path("/work") / zip["name"]
    if _py_compile_archive(path, keep=False, verbose=False, compression_level=zip["level"]) is None:
        raise RuntimeError(f"{path.name} holds no Python source")
`);
process.stdout.write("null");
