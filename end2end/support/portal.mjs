// The portal under test: one process with its own data folder and database, started, stopped, killed.

import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = resolve(import.meta.dirname ?? ".", "../..");
const program = process.env.GONGZHI_BIN ?? join(root, "target/debug/gongzhi");
const site = process.env.GONGZHI_SITE ?? join(root, "target/site");
/** Keeps the demo town between runs while tests are written: GONGZHI_END2END_FOLDER. */
const kept = process.env.GONGZHI_END2END_FOLDER;

/** Long enough for a debug build to load the demo town on a slow machine. */
const START_LIMIT = 600_000;
const STOP_LIMIT = 40_000;

const freePort = () => new Promise((found) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => found(port));
  });
});

export class Portal {
  constructor() {
    this.folder = kept ?? mkdtempSync(join(tmpdir(), "gongzhi-end2end-"));
    mkdirSync(this.folder, { recursive: true });
    // Started by root, the program runs its database as another user, who has to get through.
    chmodSync(this.folder, 0o711);
    this.data = join(this.folder, "data");
    this.log = join(this.folder, "log");
    this.signIns = {};
    // The demonstration's clock: how many days it is ahead stands in this file.
    this.clock = join(this.folder, "days-ahead");
    this.daysAhead = existsSync(this.clock) ? Number(readFileSync(this.clock, "utf8")) : 0;
    this.lastResort = () => this.endNow();
    process.on("exit", this.lastResort);
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  }

  /** What the program runs with; nothing of the caller's own settings. */
  environment() {
    const mine = Object.entries(process.env).filter(([name]) => !name.startsWith("GONGZHI_"));
    return {
      ...Object.fromEntries(mine),
      GONGZHI_DATA_DIR: this.data,
      GONGZHI_SITE: site,
      GONGZHI_LISTEN: "127.0.0.1:0",
      GONGZHI_RATE: "0",
      GONGZHI_DEMO_CLOCK: this.clock,
      // So that a test can come from an address of its own and use up nobody else's tries.
      GONGZHI_TRUSTED_PROXIES: "127.0.0.1",
      ...this.known,
    };
  }

  /** Starts it; resolves when it serves. With a name it is known by that from now on: passkeys work on names only. */
  async start({ name } = {}) {
    if (name) {
      const port = await freePort();
      this.known = { GONGZHI_LISTEN: `127.0.0.1:${port}`, GONGZHI_PUBLIC_URL: `http://${name}:${port}` };
    }
    const from = existsSync(this.log) ? readFileSync(this.log).length : 0;
    this.began ??= from;
    const log = openSync(this.log, "a");
    const child = spawn(program, ["serve", "--demo"], {
      cwd: this.folder,
      env: this.environment(),
      stdio: ["ignore", log, log],
    });
    this.child = child;
    child.ended = new Promise((done) => child.once("close", (code, signal) => done({ code, signal })));
    child.once("error", (error) => (this.failed = error));
    const until = Date.now() + START_LIMIT;
    while (Date.now() < until) {
      const said = readFileSync(this.log).subarray(from).toString();
      const address = /serves (http:\/\/\S+)/.exec(said);
      if (address && /authenticator secret[\s\S]*\n\n/.test(said)) {
        this.url = address[1];
        this.readSignIns(said);
        return;
      }
      if (this.failed || child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`the portal did not start: ${this.failed ?? ""}\n${this.lastLines()}`);
      }
      await sleep(100);
    }
    throw new Error(`the portal did not start in time\n${this.lastLines()}`);
  }

  /** The table of sign-ins it prints in demo mode, by role. */
  readSignIns(said) {
    for (const line of said.slice(said.indexOf("authenticator secret")).split("\n").slice(1)) {
      const [role, name, password, , secret] = line.split(/\s+/);
      if (!role) break;
      this.signIns[role] = { role, name, password, secret };
    }
  }

  lastLines(count = 30) {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").split("\n").slice(-count).join("\n") : "";
  }

  /** Everything it has logged in this run. */
  logged() {
    return readFileSync(this.log).subarray(this.began).toString();
  }

  /** Lets days pass. What is signed in for hours is signed out afterwards. */
  async pass(days) {
    this.daysAhead += days;
    writeFileSync(this.clock, String(this.daysAhead));
    await sleep(1_500);
  }

  /** The moment as the portal knows it, in milliseconds. */
  now() {
    return Date.now() + this.daysAhead * 86_400_000;
  }

  /** Asks it to stop, as an operator does; answers how it ended. */
  async stop() {
    const child = this.child;
    if (!child) return undefined;
    child.kill("SIGTERM");
    const limit = sleep(STOP_LIMIT).then(() => child.kill("SIGKILL"));
    const ended = await Promise.race([child.ended, limit.then(() => child.ended)]);
    this.child = undefined;
    return ended;
  }

  /** Ends it without a warning, as a power cut does. */
  async kill() {
    this.child.kill("SIGKILL");
    const ended = await this.child.ended;
    this.child = undefined;
    return ended;
  }

  /** Runs another verb of the program on the same data. */
  run(...verb) {
    const done = spawnSync(program, verb, { cwd: this.folder, env: this.environment(), encoding: "utf8" });
    return { code: done.status, said: `${done.stdout}${done.stderr}` };
  }

  /** The database servers that run on this data folder. */
  databases() {
    return readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid))
      .filter((pid) => {
        try {
          const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
          return line.includes("postgres") && line.includes(this.data);
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  /** Stops what runs and removes what was written. */
  async remove() {
    await this.stop();
    process.off("exit", this.lastResort);
    this.endNow();
  }

  /** Ends what still runs and removes the folder; also the last resort when this process has to end. */
  endNow() {
    if (this.child && this.child.exitCode === null) this.child.kill("SIGKILL");
    for (const pid of this.databases()) {
      try {
        process.kill(pid, "SIGQUIT");
      } catch {
        // It ended by itself.
      }
    }
    if (!kept) rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}
