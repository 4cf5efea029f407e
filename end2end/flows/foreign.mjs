// Other sites' pages, and reading: neither changes anything.

import assert from "node:assert/strict";
import { test } from "node:test";

import { deskOf, residentOf } from "../support/actions.mjs";
import { person } from "../support/browser.mjs";
import { Visitor } from "../support/http.mjs";
import { VERBS } from "../support/verbs.mjs";

/** A visitor with the cookies of a browser that is signed in. */
async function withCookies(house, page, address) {
  const visitor = new Visitor(house.portal.url, { address });
  for (const cookie of await page.context().cookies(house.portal.url)) visitor.cookies.set(cookie.name, cookie.value);
  return visitor;
}

export default function foreign(house) {
  test("a form on another site's page is refused, whatever it posts and whoever is signed in", async () => {
    const visitor = await withCookies(house, await deskOf(house, "clerk"), "198.51.100.20");
    const origins = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: house.portal.url, "sec-fetch-site": "cross-site" },
      { origin: undefined, "sec-fetch-site": "same-site" },
      { origin: undefined },
    ];
    for (const verb of [...VERBS.map(({ verb }) => verb), "photos"]) {
      for (const headers of origins) {
        const answer = await visitor.post(`/api/${verb}`, { back: "/" }, headers);
        assert.equal(answer.status, 403, `${verb} ${JSON.stringify(headers)}`);
        assert.ok(!answer.headers["set-cookie"]?.some((cookie) => cookie.includes("session")), verb);
      }
    }
    visitor.close();
  });

  test("a real page of another site cannot post here with the reader's cookies", async () => {
    const page = await person(house);
    await page.context().route("http://evil.test/**", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<form id=f method=post action="${house.portal.url}/api/set-preferences"><input name=lang value=en></form>
               <script>f.submit()</script>`,
      }));
    const refused = page.waitForResponse((answer) => answer.url().includes("/api/set-preferences"));
    await page.goto("http://evil.test/", { waitUntil: "commit" }).catch(() => {});
    assert.equal((await refused).status(), 403);
    const cookies = await page.context().cookies(house.portal.url);
    assert.deepEqual(cookies.filter(({ name }) => name.includes("lang")), []);
    await page.context().close();
    house.faults = house.faults.filter((fault) => !fault.includes("evil.test") && !fault.includes("/api/set-preferences"));
  });

  test("reading any address of the api changes nothing and finds nothing", async () => {
    const visitor = await withCookies(house, await residentOf(house), "198.51.100.21");
    for (const { verb } of VERBS) {
      const answer = await visitor.get(`/api/${verb}?lang=en&elder=1&number=x&order=x&content=x`);
      assert.ok([404, 405].includes(answer.status), `GET ${verb}: ${answer.status}`);
      assert.equal(answer.headers["set-cookie"], undefined, verb);
    }
    assert.match((await visitor.get("/me")).text(), /138\*{4}0002/, "still signed in after GET /api/sign-out");
    visitor.close();
  });
}
