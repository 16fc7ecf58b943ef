// What a page or a program of Node does with a workspace. `cargo xtask wasm` builds the package and runs this file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL(process.env.MIRAGE_PACKAGE + "/", "file://");
const { initSync, Workspace } = await import(new URL("mirage.js", folder));
initSync({ module: readFileSync(new URL("mirage_bg.wasm", folder)) });

test("a line answers what every front end answers", async () => {
  const workspace = new Workspace("mounts: {/data: {type: ram}}");
  const line = "printf 'b\\na\\nb\\n' > /data/f; sort /data/f | uniq -c; echo oops >&2; exit 3";
  const outcome = await workspace.execute(line);
  assert.equal(outcome.exit_code, 3);
  assert.equal(outcome.stdout, "      1 a\n      2 b\n");
  assert.equal(outcome.stderr, "oops\n");
});

test("sessions remember, apart from each other", async () => {
  const workspace = new Workspace();
  await workspace.execute("cd /tmp; name=one", { session: "a" });
  assert.equal((await workspace.execute("echo $PWD $name", { session: "a" })).stdout, "/tmp one\n");
  assert.equal((await workspace.execute("echo $PWD $name")).stdout, "/\n");
});

test("input is text or bytes, and so is output", async () => {
  const workspace = new Workspace();
  const options = { stdin: "c\nb\n", args: ["-r"], env: { NAME: "x" }, cwd: "/tmp" };
  const outcome = await workspace.execute("sort $1; echo $NAME $PWD", options);
  assert.equal(outcome.stdout, "c\nb\nx /tmp\n");
  const bytes = await workspace.execute("cat", { stdin: new Uint8Array([0, 255, 10]) });
  assert.equal(bytes.stdout_base64, Buffer.from([0, 255, 10]).toString("base64"));
});

test("a loop without end meets its timeout, and the page lives", async () => {
  const workspace = new Workspace();
  let beats = 0;
  const heart = setInterval(() => beats++, 5);
  const outcome = await workspace.execute("while :; do :; done", { timeout: 0.3 });
  clearInterval(heart);
  assert.equal(outcome.exit_code, 124);
  assert.ok(beats > 3, `${beats} beats`);
});

test("a signal cancels", async () => {
  const workspace = new Workspace();
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 50);
  assert.equal((await workspace.execute("sleep 100", { signal: abort.signal })).exit_code, 130);
  assert.equal((await workspace.execute("echo no", { signal: AbortSignal.abort() })).exit_code, 130);
});

test("what nests without end meets a limit, not the stack", async () => {
  const workspace = new Workspace("limits: {memory: 64MB}");
  for (const [open, close] of [["$(", ")"], ["{ ", "; }"], ["(", ")"], ["$((", "))"], ["${x:-", "}"]]) {
    const line = "echo " + open.repeat(10000) + "echo x" + close.repeat(10000);
    assert.ok((await workspace.execute(line)).exit_code <= 137);
  }
  for (const line of ["f() { f; }; f", "f() { x=$(f); }; f", "a=$(yes)", "jq -n 'def f: [f]; f'"]) {
    const outcome = await workspace.execute(line);
    assert.notEqual(outcome.exit_code, 0, line);
  }
  assert.equal((await workspace.execute("echo still here")).stdout, "still here\n");
});

test("wrong options and configurations are refused by name", async () => {
  const workspace = new Workspace();
  assert.throws(() => workspace.execute("echo", { stdn: "x" }), /stdn/);
  assert.throws(() => workspace.execute("echo", { stdin: 3 }), /stdin/);
  assert.throws(() => workspace.execute("echo", { timeout: -1 }), /timeout/);
  assert.throws(() => new Workspace("mounts: {/d: {type: nosuch}}"), /nosuch/);
});
