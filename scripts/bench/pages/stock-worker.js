import { loadPyodide } from "/pyodide/pyodide.mjs";

const OPEN = `
from pathlib import Path
from calculators.browser import open_desk
open_desk(Path("tables.json").read_bytes(), Path("words.json").read_bytes())
`;

self.onmessage = async ({ data }) => {
  const pyodide = await loadPyodide({ indexURL: "/pyodide/" });
  pyodide.unpackArchive(await (await fetch("app.zip")).arrayBuffer(), "zip");
  self.postMessage(pyodide.runPython(OPEN)(data));
};
