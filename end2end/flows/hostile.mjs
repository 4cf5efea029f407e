// Everything that can be posted, posted wrong: refused in words, never a fault of the server.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { deskOf, residentOf } from "../support/actions.mjs";
import { Visitor } from "../support/http.mjs";
import { hugePng } from "../support/photo.mjs";
import { VERBS, WITH_FILES } from "../support/verbs.mjs";

const HOSTILE = {
  "nothing": "",
  "a script": "</textarea><script>alert(1)</script>",
  "a NUL": "a\0b",
  "a lone quote": "'; drop table request; --",
  "right-to-left and zero width": "\u202e\u200b\ufeff\ud83c\udff3\ufe0f\u200d\ud83c\udf08",
  "a number too large": "999999999999999999999999999999",
  "a negative number": "-1",
  "no number": "NaN",
  "infinity": "1e999",
  "somebody's id": randomUUID(),
  "a path away": "//evil.example/\\",
  "a header": "a\r\nSet-Cookie: x=y",
  "100 kB": "长".repeat(34_000),
};

export default function hostile(house) {
  const answers = new Map();
  const faults = [];
  let address = 0;
  const visitorOf = async (page) => {
    const visitor = new Visitor(house.portal.url);
    if (page) {
      for (const cookie of await page.context().cookies(house.portal.url)) visitor.cookies.set(cookie.name, cookie.value);
    }
    return visitor;
  };
  // Each from an address of its own, so that the limits on one address do not hide what lies behind them.
  const post = async (visitor, verb, send, what) => {
    visitor.address = `203.0.${(address >> 8) & 255}.${(address += 1) & 255}`;
    const answer = await send();
    answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
    if (answer.status >= 500) faults.push(`${verb} with ${what}: ${answer.status}`);
    if (answer.status === 200 && !/^(set-preferences|sign-out)$/.test(verb)) faults.push(`${verb} with ${what} is done`);
    if (answer.status === 303 && !/^\/(?!\/)/.test(answer.location)) {
      faults.push(`${verb} with ${what} leads to ${answer.location}`);
    }
    if (answer.headers["x-gongzhi-refused"]) faults.push(`${verb} with ${what} shows its inside`);
  };

  const SENDERS = {
    "nobody": () => undefined,
    "a resident": () => residentOf(house),
    "a clerk": () => deskOf(house, "clerk"),
    "an officer of pacts": () => deskOf(house, "committee"),
  };
  for (const [who, pageOf] of Object.entries(SENDERS)) {
    test(`no field of any verb, filled wrong by ${who}, makes the server fail`, async () => {
      const visitor = await visitorOf(await pageOf());
      const session = visitor.cookies.get("__Host-session");
      for (const { verb, fields } of VERBS.filter(({ verb }) => verb !== "sign-out" && verb !== "set-preferences")) {
        const sendAs = (values) => WITH_FILES.includes(verb)
          ? () => visitor.postFiles(`/api/${verb}`, values)
          : () => visitor.post(`/api/${verb}`, values);
        await post(visitor, verb, sendAs({}), "no field");
        for (const [what, value] of Object.entries(HOSTILE)) {
          const every = Object.fromEntries(fields.map((name) => [name, value]));
          await post(visitor, verb, sendAs(every), `${what} everywhere`);
        }
        // All right but one: each field meets its own check.
        const fair = { version: "1", text: "长椅坏了，坐不了人。", step: "send", key: randomUUID(), anonymous: "1" };
        for (const name of fields) {
          const value = HOSTILE["a script"];
          const one = Object.fromEntries(fields.map((field) => [field, field === name ? value : (fair[field] ?? "")]));
          await post(visitor, verb, sendAs(one), `a script in ${name}`);
        }
      }
      if (session) assert.equal(visitor.cookies.get("__Host-session"), session);
      assert.deepEqual(faults.splice(0), []);
      visitor.close();
    });
  }

  test("bodies that are no form at all are refused", async () => {
    const visitor = new Visitor(house.portal.url);
    const bodies = [
      ["bytes that are no UTF-8", Buffer.from("text=%ff%fe&phone=%c3%28&name=%80", "latin1"), "application/x-www-form-urlencoded"],
      ["raw bytes", Buffer.from([0xff, 0xfe, 0, 1, 2]), "application/x-www-form-urlencoded"],
      ["half an escape", "text=%&phone=%2", "application/x-www-form-urlencoded"],
      ["JSON", '{"text":["a"],"phone":{"a":1}}', "application/json"],
      ["broken JSON", '{"text":', "application/json"],
      ["no kind", "text=a", undefined],
      ["a form without an end", "--x\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\nhalf", "multipart/form-data; boundary=x"],
      ["a form without a boundary", "--x--", "multipart/form-data"],
      ["a field without a name", "--x\r\ncontent-disposition: form-data\r\n\r\na\r\n--x--\r\n", "multipart/form-data; boundary=x"],
      ["ten thousand fields", Array.from({ length: 10_000 }, (_, n) => `f${n}=1`).join("&"), "application/x-www-form-urlencoded"],
    ];
    for (const verb of [...VERBS.map(({ verb }) => verb), "photos"]) {
      for (const [what, body, type] of bodies) {
        for (const accept of ["text/html", "application/json"]) {
          await post(visitor, verb, () =>
            visitor.post(`/api/${verb}`, body, { "content-type": type, accept }), `${what} (${accept})`);
        }
      }
    }
    assert.deepEqual(faults.splice(0), []);
    visitor.close();
  });

  test("addresses that nobody links to are answered with a page", async () => {
    const visitor = new Visitor(house.portal.url, { address: "203.0.113.200" });
    const odd = ["%00", "%ff", "%", "'", "%3Cscript%3Ealert(1)%3C/script%3E", "-1", "9".repeat(40), "a".repeat(3000)];
    const wrong = [];
    for (const value of odd) {
      for (const path of [
        ...["words", "area", "category", "stage", "after", "page", "nonsense"].map((name) => `/requests?${name}=${value}`),
        ...["/requests/", "/areas/", "/files/", "/desk/orders/", "/", "/pacts/", "/rooms/", "/log/receipts/", "/desk/pacts/"].map((place) => `${place}${value}`),
        ...["text", "roll", "vote", "result", "sign", "signed", "keeping", "clauses/1"].map((part) => `/pacts/${value}/${part}`),
        `/log/consistency/${value}/${value}`,
        `/log/checkpoint?size=${value}`,
        `/requests/${value}/receipt`,
        `/files/${value}/320.jpg`,
        `/me/sign-in?next=${value}&sent=1`,
        `/ask?number=${value}`,
        `/requests/new?area=${value}`,
        `/desk?view=${value}&words=${value}&after=${value}`,
      ]) {
        const answer = await visitor.get(path);
        if (answer.status >= 500) wrong.push(`${path.slice(0, 60)}: ${answer.status}`);
        if (/<script>alert/.test(answer.text())) wrong.push(`${path} runs what it was given`);
      }
    }
    assert.deepEqual(wrong, []);
    visitor.close();
  });

  test("the words of a hostile form come back as words, not as a page's own", async () => {
    const visitor = new Visitor(house.portal.url);
    const hidden = await visitor.form("/requests/new", "file-request");
    const evil = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    const fields = { text: evil, place_words: evil, phone: evil, area: evil, kind: evil, category: evil, step: "send" };
    const answer = await visitor.postFiles("/api/file-request", { ...hidden, ...fields });
    const page = (await visitor.get(answer.location)).text();
    assert.ok(page.includes("alert(1)"), "what was typed is there");
    assert.doesNotMatch(page, /<script>alert|<img src=x|onerror=alert\(1\)>/);
    visitor.close();
  });

  test("photos that are none are refused in plain words", async () => {
    const visitor = new Visitor(house.portal.url, { lang: "en" });
    await visitor.get("/requests/new");
    for (const [what, bytes, status] of [
      ["a text", Buffer.from("no photo"), 422],
      ["nothing", Buffer.alloc(0), 422],
      ["13 MB", Buffer.alloc(13 * 1024 * 1024, 7), 413],
      ["20,000 × 20,000", hugePng(), 422],
      ["half a JPEG", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 422],
    ]) {
      const answer = await visitor.send("POST", "/api/photos", bytes, { "content-type": "image/jpeg", accept: "*/*" });
      assert.equal(answer.status, status, `${what}: ${answer.text()}`);
      assert.match(answer.text(), /"status"/, what);
    }
    visitor.close();
  });

  test("what was posted wrong left no fault in the log", (t) => {
    const counted = [...answers].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
    t.diagnostic(`answers: ${counted.join(", ")}`);
    const faults = house.portal.logged().split("\n").filter((line) => /ERROR|panicked/.test(line));
    assert.deepEqual(faults, []);
  });

  test("every verb of the server's table is tried", () => {
    const table = new URL("../../server/src/http/routes.rs", import.meta.url);
    const verbs = [...readFileSync(table, "utf8").matchAll(/form\("\/api\/([a-z-]+)"/g)].map(([, verb]) => verb);
    assert.ok(verbs.length > 100);
    assert.deepEqual(verbs.sort(), VERBS.map(({ verb }) => verb).sort());
    assert.deepEqual(VERBS.filter(({ fields }) => fields.length === 1).map(({ verb }) => verb).sort(), ["send-closing-code", "send-passkey-code", "sign-head", "sign-out"]);
  });
}
