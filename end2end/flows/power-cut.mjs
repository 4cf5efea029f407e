// The power goes in the middle of 200 submissions: what was acknowledged is there, once. Then an orderly stop.

import assert from "node:assert/strict";
import { test } from "node:test";

import { numberIn } from "../support/actions.mjs";
import { Visitor } from "../support/http.mjs";

const MANY = 200;

export default function powerCut(house) {
  const acknowledged = [];
  const forms = [];

  test("the server is killed in the middle of 200 submissions", async (t) => {
    const askers = Array.from({ length: 20 }, (_, n) => new Visitor(house.portal.url, { address: `192.0.2.${n}` }));
    await Promise.all(askers.map(async (asker) => {
      const { key: _, ...hidden } = await asker.form("/requests/new", "file-request");
      asker.hidden = hidden;
    }));
    let sent = 0;
    const cut = new Promise((done) => {
      const watch = setInterval(() => {
        if (acknowledged.length < MANY / 4) return;
        clearInterval(watch);
        done(house.portal.kill());
      }, 2);
    });
    const submit = async (asker, n) => {
      const key = crypto.randomUUID();
      const form = { ...asker.hidden, key, text: `第 ${n} 件：断电那一刻正在提交。`, place_words: "东门", anonymous: "1", step: "send" };
      forms.push({ asker, form });
      sent += 1;
      const answer = await asker.postFiles("/api/file-request", form);
      const number = numberIn(answer);
      assert.ok(number, `${answer.status} ${answer.location}`);
      acknowledged.push({ number, key });
    };
    const outcomes = await Promise.allSettled(Array.from({ length: MANY }, (_, n) => submit(askers[n % 20], n)));
    await cut;
    const broken = outcomes.filter(({ status }) => status === "rejected");
    t.diagnostic(`${sent} sent, ${acknowledged.length} acknowledged, ${broken.length} cut off`);
    assert.ok(broken.length > 0, "the cut came too late to prove anything");
    for (const { reason } of broken) assert.match(String(reason.code), /ECONN|EPIPE/, String(reason));
  });

  test("started again on the same data, every acknowledged number is there exactly once", async () => {
    await house.portal.start();
    // The address is another one; whoever filed still has their cookies.
    for (const { asker } of forms) asker.base = house.portal.url;
    const askers = new Set(forms.map(({ asker }) => asker));
    const listed = new Map();
    for (const asker of askers) {
      const mine = (await asker.get("/me")).text();
      for (const number of new Set([...mine.matchAll(/\/requests\/(\d{8}-[^"/]+)/g)].map(([, number]) => number))) {
        listed.set(number, (listed.get(number) ?? 0) + 1);
      }
    }
    const missing = acknowledged.filter(({ number }) => listed.get(number) !== 1);
    assert.deepEqual(missing, []);
    assert.equal(new Set(acknowledged.map(({ number }) => number)).size, acknowledged.length, "a number was given twice");
  });

  test("sent again, each of the 200 forms ends in one request: the acknowledged ones in the same as before", async () => {
    const before = new Map(acknowledged.map(({ number, key }) => [key, number]));
    const numbers = new Set();
    for (const { asker, form } of forms) {
      const number = numberIn(await asker.postFiles("/api/file-request", form));
      assert.ok(number);
      if (before.has(form.key)) assert.equal(number, before.get(form.key));
      numbers.add(number);
    }
    assert.equal(numbers.size, MANY);
    for (const asker of new Set(forms.map(({ asker }) => asker))) asker.close();
  });

  test("asked to stop, the portal ends well and leaves no database server", async () => {
    assert.equal(house.portal.databases().length > 0, true, "its database runs");
    const ended = await house.portal.stop();
    assert.equal(ended.code, 0, house.portal.lastLines());
    assert.deepEqual(house.portal.databases(), []);
  });

  test("the audit chain is whole after all this", () => {
    const { code, said } = house.portal.run("audit", "verify");
    assert.equal(code, 0, said);
    assert.deepEqual(house.portal.databases(), []);
  });
}
