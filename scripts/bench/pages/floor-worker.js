// Nothing can answer before the one large file has come and is compiled.
await WebAssembly.compileStreaming(fetch("/pyodide/pyodide.asm.wasm"));
self.postMessage("compiled");
