// What a phone on a weak signal has to fetch. The sizes are printed; the limits are those of ARCHITECTURE.md.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Visitor } from "../support/http.mjs";

const KB = 1000;
const BROTLI = { "accept-encoding": "br" };

export default function bytes(house) {
  const visitor = () => new Visitor(house.portal.url, { address: "198.51.100.50" });
  const say = (t, what, size, limit) => t.diagnostic(`${what}: ${size} bytes brotli (limit ${limit})`);

  test("the filing page's scripts weigh at most 90 kB", async (t) => {
    const asker = visitor();
    const html = (await asker.get("/requests/new")).text();
    const files = [...new Set(html.match(/\/[^"'\s]+\.(?:js|wasm)\b/g))];
    assert.ok(files.some((file) => file.endsWith(".wasm")) && files.length >= 2, String(files));
    let sum = 0;
    for (const file of files) {
      const served = await asker.get(file, BROTLI);
      assert.equal(served.status, 200, file);
      assert.equal(served.headers["content-encoding"], "br", file);
      assert.match(served.headers["cache-control"], /immutable/, file);
      say(t, file, served.bytes.length, "–");
      sum += served.bytes.length;
    }
    say(t, "scripts of /requests/new", sum, 90 * KB);
    assert.ok(sum <= 90 * KB, `${sum} bytes`);
    asker.close();
  });

  test("list and request pages load no WASM and no bundle", async () => {
    const asker = visitor();
    const list = (await asker.get("/requests")).text();
    const number = /href="(\/requests\/\d{8}-[^"]+)"/.exec(list)[1];
    for (const path of ["/", "/requests", number, "/ask", "/areas"]) {
      const html = (await asker.get(path)).text();
      assert.doesNotMatch(html, /\.wasm|resident|hydrate|leptos-island/, path);
    }
    asker.close();
  });

  test("style sheet at most 15 kB, list page at most 12 kB, one request at most 12 kB", async (t) => {
    const asker = visitor();
    const list = await asker.get("/requests", BROTLI);
    const html = list.text();
    const css = await asker.get(/href="([^"]+\.css)"/.exec(html)[1], BROTLI);
    const request = await asker.get(/href="(\/requests\/\d{8}-[^"]+)"/.exec(html)[1], BROTLI);
    for (const [what, answer, limit] of [["style sheet", css, 15], ["list page", list, 12], ["one request", request, 12]]) {
      assert.equal(answer.headers["content-encoding"], "br", what);
      say(t, what, answer.bytes.length, limit * KB);
      assert.ok(answer.bytes.length <= limit * KB, `${what}: ${answer.bytes.length}`);
    }
    const form = await asker.get("/requests/new", BROTLI);
    say(t, "filing page", form.bytes.length, "–");
    asker.close();
  });
}
