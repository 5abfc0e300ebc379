import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError, loadConfig, loadDatabaseUrl } from "#app/config.server.ts";

const needed = {
  SHOPIFY_API_KEY: "key",
  SHOPIFY_API_SECRET: "secret",
  SHOPIFY_APP_URL: "https://converge.example.com/",
  CONVERGE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
};

describe("the environment", () => {
  it("needs four values and has defaults for the rest", () => {
    expect(loadConfig(needed)).toEqual({
      databaseUrl: undefined,
      port: 3000,
      shopify: {
        apiKey: "key",
        apiSecret: "secret",
        apiSecretPrevious: undefined,
        appUrl: "https://converge.example.com",
        scopes: undefined,
        twinUrl: undefined,
      },
      encryptionKey: Buffer.alloc(32, 7),
      metricsToken: undefined,
      allowPrivateDestinations: false,
      otlpEndpoint: undefined,
      logLevel: "info",
      smtpUrl: undefined,
      workerConcurrency: 4,
      workerPort: undefined,
    });
  });

  it("takes a variable that is set to nothing for one that is not set", () => {
    const config = loadConfig({ ...needed, PORT: "", DATABASE_URL: "", METRICS_TOKEN: "" });
    expect(config).toEqual(loadConfig(needed));
  });

  it("tells where the database is without the rest, and what is wrong with that", () => {
    const address = "postgresql://someone@db.example.com/converge";
    expect(loadDatabaseUrl({ DATABASE_URL: address, PORT: "many" })).toBe(address);
    expect(loadDatabaseUrl({ DATABASE_URL: "" })).toBeUndefined();
    for (const wrong of ["foo", "mysql://db.example.com/converge"])
      expect(() => loadDatabaseUrl({ DATABASE_URL: wrong })).toThrow(
        /^DATABASE_URL has a wrong value: [^\n]+$/,
      );
  });

  it("splits scopes and trims the addresses", () => {
    const { shopify } = loadConfig({
      ...needed,
      SCOPES: "read_products, write_inventory",
      SHOPIFY_TWIN_URL: "http://127.0.0.1:4000//",
    });
    expect(shopify.scopes).toEqual(["read_products", "write_inventory"]);
    expect(shopify.twinUrl).toBe("http://127.0.0.1:4000");
  });

  it.each([
    ["true", true],
    ["1", true],
    ["false", false],
    ["0", false],
  ])("reads the flag %j", (text, value) => {
    const config = loadConfig({ ...needed, ALLOW_PRIVATE_DESTINATIONS: text });
    expect(config.allowPrivateDestinations).toBe(value);
  });

  it.each(Object.keys(needed))("without %s says so", (name) => {
    expect(() => loadConfig({ ...needed, [name]: undefined })).toThrow(
      new ConfigError(`${name} is not set. See .env.example for what it means.`),
    );
  });

  it.each([
    ["PORT", "80a"],
    ["PORT", "0"],
    ["PORT", "65536"],
    ["PORT", "3000.5"],
    ["WORKER_PORT", "-1"],
    ["WORKER_CONCURRENCY", "0"],
    ["WORKER_CONCURRENCY", "65"],
    ["DATABASE_URL", "mysql://localhost/converge"],
    ["DATABASE_URL", "converge"],
    ["SHOPIFY_APP_URL", "converge.example.com"],
    ["SHOPIFY_TWIN_URL", "ftp://127.0.0.1"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318"],
    ["SMTP_URL", "https://mail.example.com"],
    ["CONVERGE_ENCRYPTION_KEY", Buffer.alloc(31).toString("base64")],
    ["CONVERGE_ENCRYPTION_KEY", "not a key"],
    ["ALLOW_PRIVATE_DESTINATIONS", "yes"],
    ["LOG_LEVEL", "loud"],
  ])(
    "with a wrong %s (%s) names it in one sentence that does not show the value",
    (name, value) => {
      const read = () => loadConfig({ ...needed, [name]: value });
      expect(read).toThrow(ConfigError);
      expect(read).toThrow(new RegExp(`^${name} has a wrong value: [^\n]+\\.$`));
      if (name.includes("KEY")) expect(read).not.toThrow(value);
    },
  );

  it("with several mistakes hears of all of them at once", () => {
    expect(() => loadConfig({ PORT: "x", LOG_LEVEL: "loud" })).toThrow(
      /PORT has.*\nSHOPIFY_API_KEY is not set.*\n.*\n.*\n.*\nLOG_LEVEL has/,
    );
  });
});

it("every variable is explained in .env.example, with the default it has", () => {
  const example = readFileSync(".env.example", "utf8");
  const source = readFileSync("app/config.server.ts", "utf8");
  const names = [...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name);
  expect(names).toContain("SHOPIFY_TWIN_URL");
  for (const name of names) expect(example).toMatch(new RegExp(`^#?${String(name)}=`, "m"));
});
