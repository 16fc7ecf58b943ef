#!/usr/bin/node
// jq 1.8.1 as the oracle: Debian's is 1.6. The program itself, built for WebAssembly, with this process's arguments,
// files, environment and streams. Set up and used so:
//   npm install --prefix /opt/jq-wasm jq-wasm@1.1.0-jq-1.8.1
//   install -D crates/testkit/src/oracle/jq.js /opt/oracle/jq
//   ORACLE_TOOLS=/opt/oracle cargo xtask record crates/commands/src/jq/cases.yaml
const fs = require('fs');
const path = require('path');
const Module = require('module');

const BUILD = '/opt/jq-wasm/node_modules/jq-wasm/dist/build/jq.js';

// The package keeps its file system and streams to itself: its text is changed so that they are ours.
function load() {
  let text = fs.readFileSync(BUILD, 'utf8');
  text = text.replace('preRun() { FS.init(', 'preRun() { thisProgram = "jq"; globalThis.startStreams(FS, ENV) || FS.init(');
  const last = text.lastIndexOf('preInit();');
  text = `${text.slice(0, last)}Module.files = FS; Module.main = callMain; ${text.slice(last)}`;
  const module = new Module(BUILD);
  module.filename = BUILD;
  module._compile(text, BUILD);
  return module.exports;
}

const chunk = Buffer.alloc(65536);
let [length, at] = [0, 0];
function readByte() {
  if (at >= length) {
    try { length = fs.readSync(0, chunk, 0, chunk.length, null); } catch { length = 0; }
    at = 0;
    if (length === 0) return null;
  }
  return chunk[at++];
}

const written = { 1: [], 2: [] };
function flush(number) {
  const bytes = Buffer.from(written[number]);
  written[number] = [];
  for (let done = 0; done < bytes.length;) {
    try { done += fs.writeSync(number, bytes, done); } catch (error) {
      if (error.code === 'EAGAIN') continue;
      process.exit(141);
    }
  }
}
function writer(number) {
  return byte => {
    if (byte != null) written[number].push(byte);
    if (written[number].length > 60000) flush(number);
  };
}
globalThis.startStreams = (FS, variables) => {
  FS.init(readByte, writer(1), writer(2));
  // Read once, when the program starts: an undefined one hides the package's own.
  for (const name of ['USER', 'LOGNAME', 'PATH', 'PWD', 'HOME', 'LANG', '_']) variables[name] = undefined;
  Object.assign(variables, process.env);
  return true;
};

function mirror(FS, name) {
  const stat = fs.statSync(name);
  if (stat.isDirectory()) {
    FS.mkdirTree(name);
    for (const entry of fs.readdirSync(name)) mirror(FS, path.join(name, entry));
  } else if (stat.isFile()) {
    FS.writeFile(name, fs.readFileSync(name));
  }
}

(async () => {
  const jq = await load()({});
  mirror(jq.files, process.cwd());
  jq.files.chdir(process.cwd());
  const status = jq.main(process.argv.slice(2));
  flush(1);
  flush(2);
  process.exit(status);
})();
